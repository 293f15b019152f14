namespace Mailfleet.Queue.Reporting;

public enum ReportResult
{
    /// <summary>The report is stored, and the rows are settled in the same transaction.</summary>
    Stored,

    /// <summary>The sender can take none: it has no mailbox here any more, or no room.</summary>
    Impossible,

    /// <summary>Trouble of our own; to be tried again.</summary>
    Later,
}
