namespace Mailfleet.Queue.Reporting;

/// <summary>What a sender is told (RFC 3464 §2.3.3).</summary>
public enum ReportKind
{
    Failed,
    Delayed,

    /// <summary>Handed to a server that will not report itself.</summary>
    Relayed,
}
