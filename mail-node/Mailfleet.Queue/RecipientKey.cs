namespace Mailfleet.Queue;

/// <summary>One recipient of one message.</summary>
public readonly record struct RecipientKey(long Message, int Number);
