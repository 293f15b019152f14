using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Webhooks;

/// <summary>
/// Sends events to webhooks: at least once, in their order as long as all goes well. Any number of processes may do it; what one takes the others leave, and
/// what one that died had taken is taken again after two minutes.
/// </summary>
internal sealed partial class WebhookSender(WebhookTable table, WebhookClient client, SealingKeys keys, TimeProvider clock, ILogger<WebhookSender> logger)
    : BackgroundService
{
    private const int Page = 500;      // events turned into deliveries at once
    private const int Batch = 32;      // deliveries under way at once
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoopAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;     // a host that stops, or did not come to start: no fault; the next one goes on
        }
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            bool isMore = false;
            try
            {
                isMore = await RunOnceAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(fault);
            }

            if (!isMore)
                await Task.Delay(Poll, clock, stoppingToken);
        }
    }

    /// <summary>True when there may be more to do at once.</summary>
    internal async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isMore = false;
        foreach (WebhookId webhook in await table.FindActiveAsync(cancellationToken))
            isMore |= await table.FanOutAsync(webhook, Page, now, cancellationToken);

        IReadOnlyList<DueDelivery> due = await table.TakeDueAsync(Batch, now, now + Lease, cancellationToken);
        await Task.WhenAll(due.Select(delivery => DeliverAsync(delivery, cancellationToken)));
        if (due.Count == 0)
            await table.ForgetAsync(now - Kept, cancellationToken);
        return isMore || due.Count == Batch;
    }

    private async Task DeliverAsync(DueDelivery delivery, CancellationToken cancellationToken)
    {
        string secret;
        try
        {
            secret = Encoding.UTF8.GetString(keys.Open(delivery.SecretSealed, CreateWebhookHandler.AssociatedData(delivery.Webhook)));
        }
        catch (CryptographicException fault)
        {
            LogUnopenable(fault, delivery.Webhook);
            await table.RecordAsync(
                delivery.Id, null, null, null, "Its secret cannot be opened.", "Its secret cannot be opened: the sealing key is missing. Make the webhook anew.", cancellationToken);
            return;
        }

        WebhookAnswer answer = await client.PostAsync(delivery.Url, delivery.Event.Value, clock.GetUtcNow(), delivery.Body, secret, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        bool isGone = answer.Status == (int)HttpStatusCode.Gone; // Standard Webhooks: the receiver wants no more
        await table.RecordAsync(
            delivery.Id, answer.IsTaken ? now : null, answer.IsTaken || isGone ? null : WebhookSchedule.NextAt(delivery.Attempts, now), answer.Status, answer.Fault,
            isGone ? "It answered 410: it wants no more events. Deliver one again to start anew." : null, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Webhooks cannot be looked for; their events wait")]
    private partial void LogAway(Exception fault);

    [LoggerMessage(LogLevel.Error, "The secret of webhook {Webhook} cannot be opened")]
    private partial void LogUnopenable(Exception fault, WebhookId webhook);
}
