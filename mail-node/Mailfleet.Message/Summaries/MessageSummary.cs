namespace Mailfleet.Message.Summaries;

/// <summary>What is computed once of a stored message.</summary>
/// <param name="Preview">The beginning of its text on one line.</param>
/// <param name="HasAttachment">Something that people would call an attachment (RFC 8621 §4.1.4, with signatures and pictures inside the text left out).</param>
public sealed record MessageSummary(MessageEnvelope Envelope, string Preview, bool HasAttachment, PartStructure Structure);
