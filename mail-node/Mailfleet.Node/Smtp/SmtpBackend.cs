using Mailfleet.Cell;
using Mailfleet.Delivery.Forwarding;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Outbound;
using Mailfleet.Queue;
using Mailfleet.Smtp;
using Mailfleet.Store;

namespace Mailfleet.Node.Smtp;

/// <summary>Judges envelopes by the directory and the store, and takes messages into the store.</summary>
internal sealed class SmtpBackend(
    MailDirectory directory, MailStore store, MailQueue queue, SenderRewriting rewriting, LiveOptions options, TimeProvider clock) : ISmtpBackend
{
    private readonly RefusedBoxes _refusedBoxes = new(clock);

    public async ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken) =>
        await directory.AuthenticateAsync(user, password, new LogInSource(client.Remote.Address, client.IsTrusted), cancellationToken) switch
        {
            LogInResult.Accepted accepted => new SmtpLogIn.Accepted(
                new SmtpIdentity(accepted.Mailbox.Address, accepted.Mailbox), ended => directory.Watch(accepted.Standing, ended)),
            LogInResult.Rejected rejected => new SmtpLogIn.Rejected { Delay = rejected.Delay },
            LogInResult.Closed => new SmtpLogIn.Rejected(Replies.AccessBlocked),
            LogInResult.Throttled throttled => new SmtpLogIn.Unavailable { Delay = throttled.Delay, IsOffence = !throttled.IsKnown },
            _ => new SmtpLogIn.Unavailable(),
        };

    // The MX accepts a local sender without log-in until SPF and DMARC decide. The null path carries no identity (RFC 8098 §3 sends it from mail programs too).
    public async ValueTask<SmtpReply?> CheckSenderAsync(SmtpClient client, ReversePath from, long? declaredSize, CancellationToken cancellationToken)
    {
        if (client.Identity?.Tag is MailboxEntry { Standing.Sends: false })
            return Replies.SendingBlocked;
        if (client.Service == SmtpService.Mx || from.Address is null)
            return null;

        return await MaySendAsAsync(client.Identity, from.Address, cancellationToken) ? null : Replies.SenderNotYours(from.Address);
    }

    public async ValueTask<SmtpReply?> CheckRecipientAsync(SmtpTransaction transaction, ForwardPath to, CancellationToken cancellationToken) => !store.CanTake(transaction.Parameters.SizeBytes ?? 0)
        ? Replies.StoreTrouble
        : await ResolveAsync(to.Address, transaction.Client, cancellationToken) switch
        {
            Resolution.Found found => await HaveRoomAsync(transaction, found.Mailboxes, cancellationToken) ? null : Replies.MailboxFull(to.Address),
            Resolution.Elsewhere elsewhere => await HaveRoomAsync(transaction, elsewhere.Mailboxes, cancellationToken) ? null : Replies.MailboxFull(to.Address),
            Resolution.Closed closed => Replies.Closed(closed.Standing),
            Resolution.Loop => Replies.AliasLoop(to.Address),
            Resolution.TooLarge => Replies.AliasTooLarge(to.Address),
            Resolution.NoSuchMailbox => BouncedTo(transaction, to.Address) is null ? Replies.NoSuchMailbox(to.Address) : null,
            Resolution.Unknown => Replies.DirectoryAway,
            _ when transaction.Client.Service == SmtpService.Submission && to.Address.Domain.Length > 0 => null,
            _ => Replies.RelayingDenied(to.Address),
        };

    public async ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        // However many of the recipients lead to one mailbox, it is one delivery, under the first of them.
        Dictionary<MailboxKey, DeliveryTarget> targets = [];
        OutwardRecipients outward = new(transaction, rewriting, clock.GetUtcNow());
        foreach ((ForwardPath recipient, RcptParameters parameters) in transaction.Recipients.Zip(transaction.RecipientParameters))
        {
            IReadOnlyList<MailboxEntry> mailboxes = [];
            switch (await ResolveAsync(recipient.Address, transaction.Client, cancellationToken))
            {
                case Resolution.Found found:
                    mailboxes = found.Mailboxes;
                    outward.AddDelivered(recipient.Address, parameters);
                    break;
                case Resolution.Elsewhere elsewhere:
                    mailboxes = elsewhere.Mailboxes;
                    outward.AddForward(recipient.Address, parameters, elsewhere.Targets);
                    break;
                case Resolution.NoSuchMailbox when BouncedTo(transaction, recipient.Address) is { } sender:
                    outward.AddBounce(sender);
                    break;
                case Resolution.NotLocal when transaction.Client.Service == SmtpService.Submission && recipient.Address.Domain.Length > 0:
                    outward.Add(recipient.Address, parameters);
                    break;
                default:
                    return new RefusedMessage(Replies.MailboxGone);
            }

            foreach (MailboxEntry mailbox in mailboxes)
                targets.TryAdd(mailbox.Key, new DeliveryTarget(mailbox.Key, transaction.From.Address?.ToString() ?? "", recipient.Address.ToString()));
        }

        HeaderPolicy policy = new(
            options.Now.Limits.Hops,
            [.. transaction.Recipients.Select(recipient => recipient.Address)],
            transaction.Client.Service == SmtpService.Submission ? (address, token) => MaySendAsAsync(transaction.Client.Identity, address, token) : null);
        MessagePlan plan = new([.. targets.Values], outward.ToMessage(queue), outward.OnlyForward);
        return new ReceivedMessage(store, queue, policy, _refusedBoxes, transaction, plan, options.Now.HostName, options.Now.Limits.HeaderBytes, clock.GetUtcNow());
    }

    // Only what has the null path is a bounce: anything else would be relaying for whoever knows such an address.
    private MailAddress? BouncedTo(SmtpTransaction transaction, MailAddress recipient) => transaction.From.IsNull ? rewriting.Restore(recipient, clock.GetUtcNow()) : null;

    private ValueTask<Resolution> ResolveAsync(MailAddress given, SmtpClient client, CancellationToken cancellationToken)
    {
        // RFC 5321 §4.1.3: the literal of the address that the client came to is another name of this host.
        MailAddress address = given.HasAddressLiteral && given.Domain == MailDomain.Literal(client.Local.Address) ? new MailAddress(given.LocalPart, options.Now.HostName) : given;
        return client.Service == SmtpService.Mx ? directory.ResolveForReceivingAsync(address, cancellationToken) : directory.ResolveAsync(address, cancellationToken);
    }

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
