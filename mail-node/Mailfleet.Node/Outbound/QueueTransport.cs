using Mailfleet.Delivery;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Smtp;
using Mailfleet.Queue;
using Mailfleet.Smtp;
using Mailfleet.Store;

namespace Mailfleet.Node.Outbound;

/// <summary>Carries what the queue hands out: to other hosts by the agent, into the store where a domain has become local since the message was accepted.</summary>
internal sealed class QueueTransport(OutboundAgent agent, MailStore store, MailDirectory directory) : IQueueTransport
{
    private const int CopyBytes = 64 << 10;

    private static readonly AttemptOutcome Gone = new(AttemptStatus.Failed, "5.3.0 The stored message is gone");
    private static readonly AttemptOutcome Untried = new(AttemptStatus.Untried, "4.3.0 Not tried yet");

    public string HopOf(string domain) => agent.HopOf(domain);

    public async Task<AttemptResult> TryAsync(Attempt attempt, Func<bool> isOwner, CancellationToken cancellationToken)
    {
        // A first attempt follows within moments of RCPT, which has just asked; asking again would cost each message a query.
        if (attempt.Recipients.All(entry => entry.Attempts == 0))
            return await SendAsync(attempt, isOwner, cancellationToken);

        AttemptOutcome?[] here = new AttemptOutcome?[attempt.Recipients.Count];
        for (int index = 0; index < here.Length; index++)
            here[index] = await TryHereAsync(attempt.Recipients[index], cancellationToken);
        QueueEntry[] elsewhere = [.. attempt.Recipients.Where((_, index) => here[index] is null)];
        if (elsewhere.Length == 0)
            return new AttemptResult(here!, SiteHealth.Fine);

        AttemptResult sent = await SendAsync(attempt with { Recipients = elsewhere }, isOwner, cancellationToken);
        Queue<AttemptOutcome> rest = new(sent.Outcomes);
        return sent with { Outcomes = [.. here.Select(outcome => outcome ?? rest.Dequeue())] };
    }

    /// <summary>
    /// A reload may have parted what went one way when the attempt was made: what goes another way now is left for the next attempt, or its server would be asked
    /// for a domain that is not its own, and refuse for good.
    /// </summary>
    private async Task<AttemptResult> SendAsync(Attempt attempt, Func<bool> isOwner, CancellationToken cancellationToken)
    {
        string hop = agent.HopOf(attempt.Recipients[0].Domain);
        QueueEntry[] together = [.. attempt.Recipients.Where(entry => agent.HopOf(entry.Domain) == hop)];
        AttemptResult sent = await SendTogetherAsync(attempt with { Recipients = together }, isOwner, cancellationToken);
        if (together.Length == attempt.Recipients.Count)
            return sent;
        Queue<AttemptOutcome> rest = new(sent.Outcomes);
        return sent with { Outcomes = [.. attempt.Recipients.Select(entry => together.Contains(entry) ? rest.Dequeue() : Untried)] };
    }

    private async Task<AttemptResult> SendTogetherAsync(Attempt attempt, Func<bool> isOwner, CancellationToken cancellationToken)
    {
        MessageFacts facts = attempt.Message;
        bool isGone = false;
        OutboundMessage message = new(
            new ReversePath(attempt.From.Length == 0 ? null : MailAddress.Parse(attempt.From)),
            [.. attempt.Recipients.Select(entry => new OutboundRecipient(MailAddress.Parse(entry.Address)!, WireNotify(entry), entry.OriginalRecipient))],
            facts.SizeBytes)
        {
            Is8Bit = facts.Is8Bit,
            IsUtf8 = facts.IsUtf8,
            EnvelopeId = facts.EnvelopeId,
            ReturnFull = facts.ReturnFull,
            OpenAsync = async token =>
            {
                MessageReader? reader = await (facts.Place is { } place ? store.OpenCopyAsync(place, token) : store.OpenCopyAsync(facts.Id, token));
                isGone = reader is null;
                return reader is null ? null : new Content(reader);
            },
        };
        SendResult result = await agent.SendAsync(attempt.Recipients[0].Domain, message, isOwner, cancellationToken);
        return new AttemptResult(
            [.. result.Outcomes.Select(outcome => isGone && isOwner() ? Gone : Outcome(outcome))],
            result.Health switch { DestinationHealth.Fine => SiteHealth.Fine, DestinationHealth.Busy => SiteHealth.Busy, _ => SiteHealth.Down });
    }

    /// <summary>Null when the address is not of this cell.</summary>
    private async Task<AttemptOutcome?> TryHereAsync(QueueEntry entry, CancellationToken cancellationToken)
    {
        switch (await directory.ResolveAsync(MailAddress.Parse(entry.Address)!, cancellationToken))
        {
            case Resolution.Found found:
                return await StoreAsync(entry, found.Mailboxes, cancellationToken);
            case Resolution.NotLocal or Resolution.Elsewhere:
                return null;
            case Resolution.Closed { Standing: { } standing }:
                return new AttemptOutcome(standing.Reception == Reception.Deferred ? AttemptStatus.Deferred : AttemptStatus.Failed, Line(Replies.Closed(standing)));
            default:
                return new AttemptOutcome(AttemptStatus.Failed, $"550 5.1.1 There is no mailbox {entry.Address} here");
        }
    }

    private static string Line(SmtpReply reply) => $"{reply.Code} {reply.Status} {reply.Text}";

    private async Task<AttemptOutcome> StoreAsync(QueueEntry entry, IReadOnlyList<MailboxEntry> mailboxes, CancellationToken cancellationToken)
    {
        await using MessageReader? reader = await store.OpenCopyAsync(entry.Key.Message, cancellationToken);
        if (reader is null)
            return Gone;
        await using IncomingMessage copy = store.Receive();
        byte[] piece = new byte[CopyBytes];
        for (int read; (read = await reader.ReadAsync(piece, cancellationToken)) > 0;)
            await copy.WriteAsync(piece.AsMemory(0, read), cancellationToken);
        DeliveryResult result = await store.DeliverAsync(copy, [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox.Key, entry.From, entry.Address))]);
        return result.Status switch
        {
            DeliveryStatus.Stored => new AttemptOutcome(AttemptStatus.Delivered, "250 2.1.5 Delivered here"),
            DeliveryStatus.OverQuota => new AttemptOutcome(AttemptStatus.Deferred, "452 4.2.2 The mailbox is full"),
            _ => new AttemptOutcome(AttemptStatus.Deferred, "451 4.3.0 Local trouble"),
        };
    }

    private static AttemptOutcome Outcome(RecipientOutcome outcome) => outcome.Status switch
    {
        SendStatus.Untried => Untried,
        var status => new AttemptOutcome(
            status switch { SendStatus.Delivered => AttemptStatus.Delivered, SendStatus.Failed => AttemptStatus.Failed, _ => AttemptStatus.Deferred },
            outcome.Reply.ToString(), outcome.Host, outcome.Tls, outcome.ReportsItself),
    };

    // RFC 3461 §5.2.1: what was asked for goes on to the next host; what was not is left to it, too.
    private static string? WireNotify(QueueEntry entry) => entry.Notify switch
    {
        NotifyOn.Default => null,
        NotifyOn.Never => "NEVER",
        var notify => string.Join(',', Enum.GetValues<NotifyOn>()
            .Where(one => one is NotifyOn.Success or NotifyOn.Failure or NotifyOn.Delay && notify.HasFlag(one)).Select(one => one.ToString().ToUpperInvariant())),
    };

    private sealed class Content(MessageReader reader) : IOutboundContent
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => reader.ReadAsync(buffer, cancellationToken);

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}
