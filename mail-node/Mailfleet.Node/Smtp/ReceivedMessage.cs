using System.Text;
using Mailfleet.Cell;
using Mailfleet.Message;
using Mailfleet.Queue;
using Mailfleet.Smtp;
using Mailfleet.Store;

namespace Mailfleet.Node.Smtp;

/// <summary>
/// A message on its way from the session to the store: its header is held until it is whole and judged, then written behind our Received field; the body
/// streams through. Bytes from the first header on stay as they came; submission alone may complete the header (RFC 6409 §8).
/// </summary>
internal sealed class ReceivedMessage(
    MailStore store, MailQueue queue, HeaderPolicy policy, RefusedBoxes refusedBoxes, SmtpTransaction transaction, MessagePlan plan, string hostName, int maxHeaderBytes, DateTimeOffset now) : ISmtpMessage
{
    private readonly IncomingMessage _incoming = store.Receive(maySpool: transaction.Client.Service == SmtpService.Mx);
    private readonly HeaderCollector _header = new(maxHeaderBytes);
    private bool _isHeaderDone;
    private bool _is8Bit;
    private SmtpReply? _refusal;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _is8Bit = _is8Bit || content.Span.ContainsAnyExceptInRange((byte)0, (byte)127);
        if (!_isHeaderDone)
        {
            content = content[_header.Take(content.Span)..];
            if (_header.IsComplete || _header.IsTooLarge)
                await EndHeaderAsync(cancellationToken);
        }

        if (_isHeaderDone && _refusal is null && !content.IsEmpty)
            await _incoming.WriteAsync(content, cancellationToken);
    }

    public async ValueTask<SmtpReply> AcceptAsync()
    {
        if (!_isHeaderDone)                             // no empty line: all of it is header
            await EndHeaderAsync(CancellationToken.None);
        if (_refusal is not null)
            return _refusal;

        if (plan.Queued is not null)
            plan.Queued.Is8Bit = _is8Bit;
        DeliveryResult result = await store.DeliverAsync(_incoming, plan.Targets, plan.Queued);
        if (result.Status == DeliveryStatus.Stored && plan.Queued is not null)
            queue.Accepted(plan.Queued);
        if (result.Status == DeliveryStatus.OverQuota)
        {
            foreach (MailboxKey mailbox in result.Refused)
                refusedBoxes.Add(transaction.Client.Remote.Address, transaction.From, mailbox);
        }

        return result.Status switch
        {
            DeliveryStatus.Stored or DeliveryStatus.Spooled => Replies.Accepted(transaction.Client.SessionId),
            DeliveryStatus.OverQuota => Replies.SomeMailboxFull,
            DeliveryStatus.MailboxGone => Replies.MailboxGone,
            _ => Replies.StoreTrouble,
        };
    }

    public ValueTask DisposeAsync() => _incoming.DisposeAsync();

    private async ValueTask EndHeaderAsync(CancellationToken cancellationToken)
    {
        _isHeaderDone = true;
        HeaderBlock header = HeaderBlock.Parse(_header.Bytes);
        _refusal = _header.IsTooLarge ? Replies.HeaderTooLarge : await policy.JudgeAsync(header, cancellationToken);
        if (_refusal is not null)
            return;

        // RFC 6531 §3.6: what the next host must be able to take is decided by what is there, not by what was announced.
        if (plan.Queued is { } queued)
        {
            queued.IsUtf8 = transaction.Parameters.SmtpUtf8
                && (_header.Bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)127) || queued.Envelope.Recipients.Any(to => to.Address.IsInternationalized || to.From.Address?.IsInternationalized == true));
        }

        if (plan.Forward is { } forward)
            await _incoming.WriteAsync(Encoding.UTF8.GetBytes($"Delivered-To: {forward}\r\n"), cancellationToken);
        await _incoming.WriteAsync(Received().Format(), cancellationToken);
        ReadOnlyMemory<byte> kept = transaction.Client.Service == SmtpService.Submission
            ? SubmissionHeader.Complete(header, now, $"{Guid.CreateVersion7(now):N}@{hostName}")
            : _header.Bytes;
        await _incoming.WriteAsync(kept, cancellationToken);
    }

    private ReceivedField Received() => new()
    {
        Helo = transaction.Client.Helo,
        Remote = transaction.Client.Remote.Address,
        By = hostName,
        Id = transaction.Client.SessionId,
        At = now,
        IsEsmtp = transaction.Client.IsEsmtp,
        IsAuthenticated = transaction.Client.Identity is not null,
        TlsProtocol = transaction.Client.TlsProtocol,
        IsUtf8 = transaction.Parameters.SmtpUtf8,
        For = transaction.Recipients is [ForwardPath only] ? only.Address : null,
    };
}
