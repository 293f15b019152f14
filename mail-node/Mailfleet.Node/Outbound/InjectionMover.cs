using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Queue;
using Mailfleet.Queue.Injection;
using Mailfleet.Queue.Reporting;
using Mailfleet.Store;

namespace Mailfleet.Node.Outbound;

/// <summary>Moves what the control plane has handed to the cell into mailboxes here and into the queue; each recipient once, whichever node is first.</summary>
internal sealed partial class InjectionMover(InjectionRows rows, MailStore store, MailDirectory directory, MailQueue queue, TimeProvider clock, ILogger<InjectionMover> logger)
    : BackgroundService
{
    private const int PageSize = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>Moves what is due now; how much it was.</summary>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<InjectedMessage> due = await rows.ReadDueAsync(PageSize, cancellationToken);
        foreach (InjectedMessage message in due)
            await MoveAsync(message, cancellationToken);
        if (due.Count > 0)
            await rows.ForgetAsync(cancellationToken);
        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Poll, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await MoveAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node drains: what waits is another node's, or the next start's.
        }
    }

    private async Task MoveAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await MoveAsync(cancellationToken) == PageSize)
                cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(fault);
        }
    }

    private async Task MoveAsync(InjectedMessage injected, CancellationToken cancellationToken)
    {
        if (MailAddress.Parse(injected.Address) is not { } address)
        {
            await rows.GiveUpAsync(injected, "no address", cancellationToken);
            return;
        }

        switch (await directory.ResolveAsync(address, cancellationToken))
        {
            case Resolution.Found found:
                await DeliverAsync(injected, address, found.Mailboxes, [], cancellationToken);
                break;
            case Resolution.Elsewhere elsewhere:
                await DeliverAsync(injected, address, elsewhere.Mailboxes, [.. elsewhere.Targets.Select(target => target.Address)], cancellationToken);
                break;
            case Resolution.NotLocal:
                await DeliverAsync(injected, address, [], [address], cancellationToken);
                break;
            case Resolution.Closed { Standing.Reception: Reception.Deferred }:
                await rows.RetryAsync(injected, RetryAfter, cancellationToken);
                break;
            default:
                await rows.GiveUpAsync(injected, "nobody takes it", cancellationToken);
                break;
        }
    }

    private async Task DeliverAsync(
        InjectedMessage injected, MailAddress address, IReadOnlyList<MailboxEntry> mailboxes, IReadOnlyList<MailAddress> elsewhere, CancellationToken cancellationToken)
    {
        QueuedMessage? queued = elsewhere.Count == 0
            ? null
            : queue.Prepare(new QueuedEnvelope
            {
                Customer = 0,
                MayReport = false,
                Recipients = [.. elsewhere.Select(target => new QueuedRecipient(target, ReversePath.Null, NotifyOn.Never))],
            });
        IDeliveryAttachment end = InjectionRows.EndOf(injected);
        await using IncomingMessage message = store.Receive();
        await message.WriteAsync(injected.Content, cancellationToken);
        DeliveryResult result = await store.DeliverAsync(
            message, [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox.Key, "", address.ToString()))], queued is null ? end : new BothAttachments(queued, end));
        if (result.Status == DeliveryStatus.Stored)
        {
            if (queued is not null)
                queue.Accepted(queued);
            return;
        }

        await rows.RetryAsync(injected, RetryAfter, cancellationToken); // full, in trouble, or another node was faster: then this changes nothing
    }

    [LoggerMessage(LogLevel.Warning, "What the control plane has handed over could not be moved now; it is tried again")]
    private partial void LogFault(Exception fault);
}
