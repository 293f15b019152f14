using Mailfleet.Delivery.Forwarding;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Queue;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Outbound;

/// <summary>Gathers what of a transaction goes to other hosts, each address once, with the envelope sender that it is to have there.</summary>
internal sealed class OutwardRecipients(SmtpTransaction transaction, SenderRewriting rewriting, DateTimeOffset now)
{
    private readonly Dictionary<MailAddress, QueuedRecipient> _recipients = [];
    private readonly MailboxEntry? _sender = transaction.Client.Identity?.Tag as MailboxEntry;
    private readonly List<MailAddress> _forwards = [];
    private long _customer;

    /// <summary>
    /// The address here that sends the message on, for a Delivered-To line by which it is known when it comes back. None when several do: one's target must
    /// not read the others' names, and the count of Received fields ends their circles.
    /// </summary>
    public MailAddress? OnlyForward => _forwards is [MailAddress only] ? only : null;

    /// <summary>A recipient that the sender has named.</summary>
    public void Add(MailAddress address, RcptParameters parameters) =>
        _recipients.TryAdd(address, new QueuedRecipient(address, transaction.From, NotifyOf(parameters), parameters.OriginalRecipient));

    /// <summary>A recipient here that leads to others elsewhere.</summary>
    public void AddForward(MailAddress recipient, RcptParameters parameters, IReadOnlyList<ForwardTarget> targets)
    {
        _forwards.Add(recipient);
        foreach (ForwardTarget target in targets)
        {
            _customer = _customer == 0 ? target.Customer : _customer;
            ReversePath from = rewriting.Rewrite(transaction.From, target.Via.Domain, now);
            _recipients.TryAdd(target.Address, new QueuedRecipient(target.Address, from, NotifyOf(parameters), parameters.OriginalRecipient ?? $"rfc822;{Plain(recipient)}"));
        }
    }

    /// <summary>A bounce to a rewritten sender goes to whom it is for.</summary>
    public void AddBounce(MailAddress sender) => _recipients.TryAdd(sender, new QueuedRecipient(sender, ReversePath.Null, NotifyOn.Never));

    /// <summary>A recipient here whose delivery the sender wants to hear of (RFC 3461 §4.1).</summary>
    public void AddDelivered(MailAddress address, RcptParameters parameters)
    {
        if (_sender is not null && !transaction.From.IsNull && parameters.Notify?.HasFlag(DsnNotify.Success) == true)
            _recipients.TryAdd(address, new QueuedRecipient(address, transaction.From, NotifyOn.Success, parameters.OriginalRecipient, IsDelivered: true));
    }

    /// <summary>Null when nothing goes out.</summary>
    public QueuedMessage? ToMessage(MailQueue queue) => _recipients.Count == 0 ? null : queue.Prepare(new QueuedEnvelope
    {
        Customer = _sender?.Customer ?? _customer,
        Mailbox = _sender?.Key.Value,

        // Who has logged in is who it says; of others nothing is known until SPF is looked at, and a report could hit a bystander.
        MayReport = _sender is not null,
        ReturnFull = transaction.Parameters.Return is { } what ? what == DsnReturn.Full : null,
        EnvelopeId = transaction.Parameters.EnvelopeId,
        Recipients = [.. _recipients.Values],
    });

    private static NotifyOn NotifyOf(RcptParameters parameters) => parameters.Notify is { } asked ? (NotifyOn)(int)asked : NotifyOn.Default;

    private static string Plain(MailAddress address) => System.Text.Ascii.IsValid(address.ToString()) ? address.ToString() : "unknown";
}
