namespace Mailfleet.Queue;

/// <summary>Recipients of one message, with one reverse-path, that go the same way now.</summary>
public sealed record Attempt(string Hop, IReadOnlyList<QueueEntry> Recipients)
{
    public MessageFacts Message => Recipients[0].Message;

    public string From => Recipients[0].From;
}
