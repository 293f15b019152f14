using Mailfleet.Cell;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Options;
using Mailfleet.Smtp;
using Mailfleet.Store;

namespace Mailfleet.Node.Smtp;

/// <summary>Judges envelopes by the directory and the store, and takes messages into the store.</summary>
internal sealed class SmtpBackend(MailDirectory directory, MailStore store, NodeOptions options, TimeProvider clock) : ISmtpBackend
{
    private readonly RefusedBoxes _refusedBoxes = new(clock);

    public async ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken) =>
        await directory.AuthenticateAsync(user, password, new LogInSource(client.Remote.Address, client.IsTrusted), cancellationToken) switch
        {
            LogInResult.Accepted accepted => new SmtpLogIn.Accepted(
                new SmtpIdentity(accepted.Mailbox.Address, accepted.Mailbox), ended => directory.Watch(accepted.Standing, ended)),
            LogInResult.Rejected rejected => new SmtpLogIn.Rejected { Delay = rejected.Delay },
            LogInResult.Throttled throttled => new SmtpLogIn.Unavailable { Delay = throttled.Delay, IsOffence = !throttled.IsKnown },
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
        await ResolveAsync(to.Address, transaction.Client, cancellationToken) switch
        {
            Resolution.Found found => await HaveRoomAsync(transaction, found.Mailboxes, cancellationToken) ? null : Replies.MailboxFull(to.Address),
            Resolution.Elsewhere => Replies.ForwardsElsewhere(to.Address),
            Resolution.Loop => Replies.AliasLoop(to.Address),
            Resolution.TooLarge => Replies.AliasTooLarge(to.Address),
            Resolution.NoSuchMailbox => Replies.NoSuchMailbox(to.Address),
            _ when transaction.Client.Service == SmtpService.Submission => Replies.NoRelayYet(to.Address),
            _ => Replies.RelayingDenied(to.Address),
        };

    public async ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        // However many of the recipients lead to one mailbox, it is one delivery, under the first of them.
        Dictionary<MailboxKey, DeliveryTarget> targets = [];
        foreach (ForwardPath recipient in transaction.Recipients)
        {
            if (await ResolveAsync(recipient.Address, transaction.Client, cancellationToken) is not Resolution.Found found)
                return new RefusedMessage(Replies.MailboxGone);
            foreach (MailboxEntry mailbox in found.Mailboxes)
                targets.TryAdd(mailbox.Key, new DeliveryTarget(mailbox.Key, transaction.From.Address?.ToString() ?? "", recipient.Address.ToString()));
        }

        HeaderPolicy policy = new(
            options.Limits.Hops,
            [.. transaction.Recipients.Select(recipient => recipient.Address)],
            transaction.Client.Service == SmtpService.Submission ? (address, token) => MaySendAsAsync(transaction.Client.Identity, address, token) : null);
        return new ReceivedMessage(store, policy, _refusedBoxes, transaction, [.. targets.Values], options.HostName, options.Limits.HeaderBytes, clock.GetUtcNow());
    }

    // RFC 5321 §4.1.3: the literal of the address that the client came to is another name of this host.
    private ValueTask<Resolution> ResolveAsync(MailAddress address, SmtpClient client, CancellationToken cancellationToken) => directory.ResolveAsync(
        address.HasAddressLiteral && address.Domain == MailDomain.Literal(client.Local.Address) ? new MailAddress(address.LocalPart, options.HostName) : address,
        cancellationToken);

    private async ValueTask<bool> HaveRoomAsync(SmtpTransaction transaction, IReadOnlyList<MailboxEntry> mailboxes, CancellationToken cancellationToken)
    {
        foreach (MailboxEntry mailbox in mailboxes)
        {
            if (_refusedBoxes.Contains(transaction.Client.Remote.Address, transaction.From, mailbox.Key)
                || !await store.HasRoomAsync(mailbox.Key, mailbox.QuotaBytes, transaction.Parameters.SizeBytes ?? 0, cancellationToken))
                return false;
        }

        return true;
    }

    private async ValueTask<bool> MaySendAsAsync(SmtpIdentity? identity, MailAddress address, CancellationToken cancellationToken) =>
        identity?.Tag is MailboxEntry own && (await directory.ResolveAsync(address, cancellationToken)).Owner == own.Key;
}
