namespace Mailfleet.Queue.Reporting;

/// <summary>One report to one sender about recipients of one message. Last reply and host of each entry say what happened.</summary>
public sealed record Report(ReportKind Kind, MessageFacts Message, string Sender, IReadOnlyList<QueueEntry> Recipients);
