using System.Text;
using Mailfleet.Message;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    private static readonly TimeSpan UnknownRecipientDelay = TimeSpan.FromSeconds(1);

    private int _unknownRecipients;

    // RFC 5321 §4.1.1.2.
    private async ValueTask<SmtpReply> MailAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (ParseMail(argument.Span, out ReversePath from, out MailParameters parameters) is { } fault)
            return Junk(fault);
        if (parameters.SizeBytes > _options.MaxMessageBytes)
            return SmtpReply.TooLarge;                  // RFC 1870 §6.1
        if (await _backend.CheckSenderAsync(_client, from, parameters.SizeBytes, cancellationToken) is { IsPositive: false } refusal)
            return refusal;
        _transaction = new SmtpTransaction(_client, from, parameters);
        _span = SmtpMetrics.StartTransaction(_wire.SessionId, _endpoint.Service);
        return SmtpReply.SenderOk;
    }

    // RFC 5321 §4.1.1.3.
    private async ValueTask<SmtpReply?> RcptAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (ParseRcpt(argument.Span, out ForwardPath to, out RcptParameters parameters) is { } fault)
            return Junk(fault);
        if (Transaction.Recipients.Count >= _options.MaxRecipients)
            return SmtpReply.TooManyRecipients;         // RFC 5321 §4.5.3.1.10: the client sends the rest later
        if (await _backend.CheckRecipientAsync(Transaction, to, cancellationToken) is { IsPositive: false } refusal)
            return refusal is { Code: 550, Status: "5.1.1" } ? await CountUnknownRecipientAsync(refusal) : refusal;
        Transaction.Add(to, parameters);
        return SmtpReply.RecipientOk;
    }

    // Guessing which addresses there are must be slow and soon over; our own users may have old address books.
    private async ValueTask<SmtpReply?> CountUnknownRecipientAsync(SmtpReply refusal)
    {
        if (_client.IsTrusted || _client.Identity is not null)
            return refusal;
        _wire.Tally.Offences += Offence.UnknownRecipient;
        if (++_unknownRecipients > _options.MaxUnknownRecipients)
            return Dismiss(SmtpReply.TooManyUnknownRecipients);
        if (_unknownRecipients <= _options.FreeUnknownRecipients || await _wire.HoldAsync(UnknownRecipientDelay))
            return refusal;
        _ended = true;
        return null;
    }

    // RFC 5321 §4.1.1.5.
    private async ValueTask<SmtpReply> RsetAsync()
    {
        await ResetTransactionAsync();
        return SmtpReply.Ok;
    }

    private static SmtpReply? ParseMail(ReadOnlySpan<byte> text, out ReversePath from, out MailParameters parameters)
    {
        from = ReversePath.Null;
        parameters = MailParameters.None;
        if (!TakeKeyword(ref text, "FROM:"))
            return SmtpReply.BadArguments;
        if (PathParser.ParseReversePath(text, out int length) is not { } path)
            return SmtpReply.BadSender;
        from = path;
        if (ParameterParser.ParseMail(text[length..], out parameters) is { } fault)
            return fault;
        // RFC 6531 §3.4: without the parameter an address is ASCII, U-labels included.
        return parameters.SmtpUtf8 || Ascii.IsValid(text[..length]) ? null : SmtpReply.NeedsSmtpUtf8;
    }

    private SmtpReply? ParseRcpt(ReadOnlySpan<byte> text, out ForwardPath to, out RcptParameters parameters)
    {
        to = ForwardPath.Postmaster;
        parameters = RcptParameters.None;
        if (!TakeKeyword(ref text, "TO:"))
            return SmtpReply.BadArguments;
        if (PathParser.ParseForwardPath(text, out int length) is not { } path)
            return SmtpReply.BadRecipient;
        to = path;
        if (ParameterParser.ParseRcpt(text[length..], out parameters) is { } fault)
            return fault;
        return Transaction.Parameters.SmtpUtf8 || Ascii.IsValid(text[..length]) ? null : SmtpReply.NeedsSmtpUtf8;
    }

    // RFC 5321 §3.3 allows no space after the colon; old clients send one, and it is harmless.
    private static bool TakeKeyword(ref ReadOnlySpan<byte> text, string keyword)
    {
        if (text.Length < keyword.Length || !Ascii.EqualsIgnoreCase(text[..keyword.Length], keyword))
            return false;
        text = text[keyword.Length..].TrimStart((byte)' ');
        return true;
    }
}
