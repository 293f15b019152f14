namespace Mailfleet.Cell.Door;

/// <summary>What a customer may do on the wire; each state takes more than the one before it. Numbers are stored and never change meaning.</summary>
public enum CustomerState : short
{
    Active = 1,

    /// <summary>Receives and reads; sends nothing.</summary>
    SendingBlocked = 2,

    /// <summary>Receives; nobody logs in.</summary>
    AccessBlocked = 3,

    /// <summary>Senders are asked to try again later; nobody logs in.</summary>
    Deferring = 4,

    /// <summary>Mail is refused for good; nobody logs in.</summary>
    Rejecting = 5,

    /// <summary>Users read what is there; nothing comes in or goes out.</summary>
    ExportOnly = 6,

    /// <summary>Nothing is left: its addresses are nobody's.</summary>
    Purged = 9,
}
