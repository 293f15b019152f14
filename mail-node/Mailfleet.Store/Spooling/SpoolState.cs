namespace Mailfleet.Store.Spooling;

/// <summary>What the name of a spool file says of it.</summary>
internal enum SpoolState
{
    /// <summary>Being written. Nobody was told that it is kept; the next start removes it.</summary>
    Unfinished,

    /// <summary>Whole and durable: its senders have had their 250.</summary>
    Waiting,

    /// <summary>The cell cannot take it. Kept for an operator.</summary>
    Aside,
}
