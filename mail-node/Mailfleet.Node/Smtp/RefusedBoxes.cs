using System.Net;
using Mailfleet.Cell;
using Mailfleet.Message;

namespace Mailfleet.Node.Smtp;

/// <summary>
/// Whom a mailbox has lately had no room for when their message was whole. For an hour they hear it at RCPT, so that the message's other recipients get
/// it: a client that told no SIZE would otherwise send all of it again and again, and nobody would ever have it.
/// </summary>
internal sealed class RefusedBoxes(TimeProvider clock)
{
    internal const int Capacity = 10_000; // about 2 MB; the oldest is forgotten first, which costs one more refusal at the end of DATA

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Refusal, long> _since = [];
    private readonly Queue<(Refusal Refusal, long Since)> _oldestFirst = [];

    public bool Contains(IPAddress client, ReversePath from, MailboxKey mailbox)
    {
        lock (_lock)
            return _since.TryGetValue(new Refusal(client, from, mailbox), out long since) && clock.GetElapsedTime(since) < Lifetime;
    }

    public void Add(IPAddress client, ReversePath from, MailboxKey mailbox)
    {
        lock (_lock)
        {
            Refusal refusal = new(client, from, mailbox);
            long now = clock.GetTimestamp();
            _since[refusal] = now;
            _oldestFirst.Enqueue((refusal, now));
            while (_oldestFirst.Count > Capacity || clock.GetElapsedTime(_oldestFirst.Peek().Since) >= Lifetime)
            {
                (Refusal old, long since) = _oldestFirst.Dequeue();
                if (_since.TryGetValue(old, out long latest) && latest == since)
                    _since.Remove(old);
            }
        }
    }

    private readonly record struct Refusal(IPAddress Client, ReversePath From, MailboxKey Mailbox);
}
