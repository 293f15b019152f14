using Mailfleet.Delivery.Forwarding;
using Mailfleet.Delivery.Reports;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Options;
using Mailfleet.Queue;
using Mailfleet.Queue.Reporting;
using Mailfleet.Store;

namespace Mailfleet.Node.Outbound;

/// <summary>
/// Writes the queue's reports into senders' mailboxes, or queues them where the sender is elsewhere. Only senders that are known to be who they say get this far.
/// </summary>
internal sealed class QueueReporter(MailStore store, MailDirectory directory, SenderRewriting rewriting, QueueOptions queueOptions, NodeOptions options, TimeProvider clock) : IQueueReporter
{
    // RFC 3461 §6.2 lets us return less than all: a report must not be a way to fill a mailbox with another's megabytes.
    private const int WholeMessageBytes = 256 << 10;
    private const int HeaderBytes = 64 << 10;

    // The queue needs reports and reports need the queue: it comes when both are there.
    public MailQueue? Queue { get; set; }

    public async Task<ReportResult> ReportAsync(Report report, IDeliveryAttachment settlement, CancellationToken cancellationToken)
    {
        if (MailAddress.Parse(report.Sender) is not { } sender)
            return ReportResult.Impossible;
        sender = rewriting.Restore(sender, clock.GetUtcNow()) ?? sender;
        (IReadOnlyList<MailboxEntry> mailboxes, QueuedMessage? queued) = await RouteAsync(sender, cancellationToken);
        if (mailboxes.Count == 0 && queued is null)
            return ReportResult.Impossible;

        await using IncomingMessage message = store.Receive();
        await message.WriteAsync(await WriteAsync(report, sender, cancellationToken), cancellationToken);
        DeliveryResult result = await store.DeliverAsync(
            message,
            [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox.Key, "", sender.ToString()))],
            queued is null ? settlement : new BothAttachments(queued, settlement));
        if (result.Status == DeliveryStatus.Stored && queued is not null)
            Queue!.Accepted(queued);
        return result.Status switch
        {
            DeliveryStatus.Stored => ReportResult.Stored,
            DeliveryStatus.OverQuota or DeliveryStatus.MailboxGone => ReportResult.Impossible,
            _ => ReportResult.Later,
        };
    }

    private async Task<(IReadOnlyList<MailboxEntry> Mailboxes, QueuedMessage? Queued)> RouteAsync(MailAddress sender, CancellationToken cancellationToken) =>
        await directory.ResolveAsync(sender, cancellationToken) switch
        {
            Resolution.Found found => (found.Mailboxes, null),
            Resolution.Elsewhere elsewhere => (elsewhere.Mailboxes, Enqueue(elsewhere.Targets[0].Customer, elsewhere.Targets.Select(target => target.Address))),
            Resolution.NotLocal => ([], Enqueue(0, [sender])),
            _ => ([], null),
        };

    // RFC 3464 §2: never a report about a report.
    private QueuedMessage Enqueue(long customer, IEnumerable<MailAddress> to) => Queue!.Prepare(new QueuedEnvelope
    {
        Customer = customer,
        MayReport = false,
        Recipients = [.. to.Select(address => new QueuedRecipient(address, ReversePath.Null, NotifyOn.Never))],
    });

    private async Task<ReadOnlyMemory<byte>> WriteAsync(Report report, MailAddress sender, CancellationToken cancellationToken)
    {
        bool isWhole = report is { Kind: ReportKind.Failed, Message: { ReturnFull: true, SizeBytes: <= WholeMessageBytes } };
        return ReportWriter.Write(new DeliveryReport
        {
            Action = report.Kind switch
            {
                ReportKind.Failed => ReportAction.Failed,
                ReportKind.Delayed => ReportAction.Delayed,
                _ => report.Recipients.All(entry => entry.LastHost is null) ? ReportAction.Delivered : ReportAction.Relayed,
            },
            HostName = options.HostName,
            To = sender,
            Now = clock.GetUtcNow(),
            ArrivedAt = report.Message.AcceptedAt,
            GivenUpAt = report.Message.AcceptedAt + queueOptions.Lifetime,
            EnvelopeId = report.Message.EnvelopeId,
            Language = await directory.LanguageOfAsync(report.Message.Customer, cancellationToken),
            Recipients = [.. report.Recipients.Select(entry => new ReportedRecipient(entry.Address, entry.OriginalRecipient, entry.LastReply ?? "5.0.0 Not delivered", entry.LastHost))],
            Original = await ReadAsync(report.Message, isWhole, cancellationToken),
            IsOriginalWhole = isWhole,
        });
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(MessageFacts message, bool isWhole, CancellationToken cancellationToken)
    {
        await using MessageReader? reader = await store.OpenCopyAsync(message.Id, cancellationToken);
        if (reader is null)
            return ReadOnlyMemory<byte>.Empty;
        byte[] bytes = new byte[Math.Min(reader.SizeBytes, isWhole ? WholeMessageBytes * 2 : HeaderBytes)];
        int length = 0;
        for (int read; length < bytes.Length && (read = await reader.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0;)
            length += read;
        ReadOnlyMemory<byte> front = bytes.AsMemory(0, length);
        return isWhole ? front : HeaderBlock.Parse(front).Bytes;
    }
}
