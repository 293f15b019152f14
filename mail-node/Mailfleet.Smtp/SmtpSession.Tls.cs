namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    private static readonly SmtpReply ReadyForTls = new(220, "2.0.0", "Ready to start TLS");
    private static readonly SmtpReply NoTls = new(454, "4.7.0", "TLS not available");
    private static readonly SmtpReply InjectedCommand = new(501, "5.5.2", "Nothing may follow STARTTLS before the handshake");

    // RFC 3207.
    private async ValueTask<SmtpReply?> StartTlsAsync()
    {
        if (_client.IsTls)
            return Junk(SmtpReply.OutOfOrder);
        if (!_wire.CanStartTls)
            return NoTls;
        if (_wire.HasInput)
            return Dismiss(InjectedCommand);            // §4: it would be run as if it had come under TLS
        await ReplyAsync(ReadyForTls);
        if (!await _wire.StartTlsAsync())
        {
            _ended = true;
            return null;
        }
        // §4.2: all that was said before is forgotten.
        await ResetTransactionAsync();
        ForgetLogIn();
        _client = NewClient();
        return null;
    }
}
