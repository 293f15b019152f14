using System.Text;
using Mailfleet.Message;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
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
    private async ValueTask<SmtpReply> RcptAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (ParseRcpt(argument.Span, out ForwardPath to, out RcptParameters parameters) is { } fault)
            return Junk(fault);
        if (Transaction.Recipients.Count >= _options.MaxRecipients)
            return SmtpReply.TooManyRecipients;         // RFC 5321 §4.5.3.1.10: the client sends the rest later
        if (await _backend.CheckRecipientAsync(Transaction, to, cancellationToken) is { IsPositive: false } refusal)
            return refusal;
        Transaction.Add(to, parameters);
        return SmtpReply.RecipientOk;
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
