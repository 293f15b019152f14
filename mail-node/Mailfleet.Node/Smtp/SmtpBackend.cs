using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Options;
using Mailfleet.Smtp;
using Mailfleet.Store;

namespace Mailfleet.Node.Smtp;

/// <summary>Judges envelopes by the directory and the store, and takes messages into the store.</summary>
internal sealed class SmtpBackend(MailDirectory directory, MailStore store, NodeOptions options, TimeProvider clock) : ISmtpBackend
{
    public async ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken) =>
        await directory.AuthenticateAsync(user, password, cancellationToken) switch
        {
            LogInResult.Accepted accepted => new SmtpLogIn.Accepted(new SmtpIdentity(accepted.Mailbox.Address, accepted.Mailbox)),
            LogInResult.Rejected => new SmtpLogIn.Rejected(),
            _ => new SmtpLogIn.Unavailable(),
        };

    // The MX accepts a local sender without log-in until SPF and DMARC decide. The null path carries no identity (RFC 8098 §3 sends it from mail programs too).
    public async ValueTask<SmtpReply?> CheckSenderAsync(SmtpClient client, ReversePath from, long? declaredSize, CancellationToken cancellationToken)
    {
        if (client.Service == SmtpService.Mx || from.Address is null)
            return null;

        return await MaySendAsAsync(client.Identity, from.Address, cancellationToken) ? null : Replies.SenderNotYours(from.Address);
    }

    public async ValueTask<SmtpReply?> CheckRecipientAsync(SmtpTransaction transaction, ForwardPath to, CancellationToken cancellationToken) =>
        await directory.ResolveAsync(to.Address, cancellationToken) switch
        {
            Resolution.Found found when await store.HasRoomAsync(found.Mailbox.Key, found.Mailbox.QuotaBytes, transaction.Parameters.SizeBytes ?? 0, cancellationToken) => null,
            Resolution.Found => Replies.MailboxFull(to.Address),
            Resolution.NoSuchMailbox => Replies.NoSuchMailbox(to.Address),
            _ when transaction.Client.Service == SmtpService.Submission => Replies.NoRelayYet(to.Address),
            _ => Replies.RelayingDenied(to.Address),
        };

    public async ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        // Two addresses of one mailbox are one delivery, under the first of them.
        Dictionary<Cell.MailboxKey, DeliveryTarget> targets = [];
        foreach (ForwardPath recipient in transaction.Recipients)
        {
            if (await directory.ResolveAsync(recipient.Address, cancellationToken) is not Resolution.Found found)
                return new RefusedMessage(Replies.MailboxGone);
            targets.TryAdd(found.Mailbox.Key, new DeliveryTarget(found.Mailbox.Key, transaction.From.Address?.ToString() ?? "", recipient.Address.ToString()));
        }

        HeaderPolicy policy = new(
            options.Limits.Hops,
            transaction.Client.Service == SmtpService.Submission ? (address, token) => MaySendAsAsync(transaction.Client.Identity, address, token) : null);
        return new ReceivedMessage(store, policy, transaction, [.. targets.Values], options.HostName, options.Limits.HeaderBytes, clock.GetUtcNow());
    }

    private async ValueTask<bool> MaySendAsAsync(SmtpIdentity? identity, MailAddress address, CancellationToken cancellationToken) =>
        identity?.Tag is MailboxEntry own
        && await directory.ResolveAsync(address, cancellationToken) is Resolution.Found found
        && found.Mailbox.Key == own.Key;
}
