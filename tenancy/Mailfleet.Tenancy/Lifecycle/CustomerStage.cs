namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>
/// Where a customer stands between its trial and its end, each stage taking more than the one before: sending goes first, receiving last. Names are stored
/// and never change meaning; GraphQL shows them in UPPER_SNAKE_CASE.
/// </summary>
public enum CustomerStage
{
    Trial,
    Active,

    /// <summary>Owes something, or has not decided after its trial; all works.</summary>
    PastDue,
    SendingBlocked,

    /// <summary>Mail is still received.</summary>
    AccessBlocked,

    /// <summary>Senders are asked to try again later.</summary>
    Deferring,

    /// <summary>Senders are refused for good.</summary>
    Rejecting,

    /// <summary>Users read and fetch what is there.</summary>
    ExportOnly,

    /// <summary>Nothing is left but the receipt.</summary>
    Purged,
}
