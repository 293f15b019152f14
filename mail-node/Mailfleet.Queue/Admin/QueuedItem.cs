namespace Mailfleet.Queue.Admin;

/// <summary>One recipient that waits, as an operator sees it.</summary>
/// <param name="Id">Message and number, as the verbs take it.</param>
/// <param name="State"><c>waiting</c>, <c>sending</c> (a node has it), <c>held</c> or <c>reporting</c>.</param>
/// <param name="Node">The node that has it; null when none has.</param>
public sealed record QueuedItem(
    string Id, string Recipient, string Sender, string Customer, string State, int Attempts, long SizeBytes, DateTimeOffset AcceptedAt, DateTimeOffset NextAttemptAt, string? LastReply,
    string? LastHost, string? Node);
