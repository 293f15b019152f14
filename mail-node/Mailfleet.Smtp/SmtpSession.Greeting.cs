using System.Globalization;
using System.Text;
using Mailfleet.Message;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    // RFC 5321 §4.3.1: a client waits for the greeting. Robots that do not are known by it; once an address has waited, it need not again.
    private async ValueTask AwaitSilenceAsync()
    {
        if (_endpoint.Service != SmtpService.Mx || _wire.IsTrusted)
            return;
        TimeSpan delay = _options.Wire.Peers?.HasWaited(_wire.Remote.Address) == true ? TimeSpan.Zero : _options.GreetingDelay;
        if (delay == TimeSpan.Zero ? !_wire.HasInput : await _wire.IsSilentAsync(delay))
        {
            _wire.Tally.HasWaited = delay > TimeSpan.Zero;
            return;
        }
        _wire.Tally.Offences += Offence.EarlyTalk;
        _junk += Math.Max(1, _options.MaxJunkCommands / 2);
    }

    // RFC 5321 §4.3.1: the name first, and ESMTP for clients that look for it.
    private void Greet() => new SmtpReply(220, null, $"{_options.HostName} ESMTP ready").WriteTo(_wire.Output);

    // RFC 5321 §4.1.1.1; a second hello ends a transaction (§4.1.4).
    private async ValueTask<SmtpReply> HelloAsync(ReadOnlyMemory<byte> argument, bool isEsmtp)
    {
        // Names that are no names are common and harmless (§4.1.4 forbids refusing for them); what is not printable could reach a header.
        ReadOnlySpan<byte> name = argument.Span;
        if (name.Length is 0 or > MailDomain.MaxOctets || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            return Junk(SmtpReply.BadArguments);
        _client = _client with { Helo = Encoding.ASCII.GetString(name), IsEsmtp = isEsmtp };
        await ResetTransactionAsync();
        return new SmtpReply(250, null, isEsmtp ? Extensions() : _options.HostName);
    }

    private string Extensions()
    {
        StringBuilder text = new(_options.HostName);
        text.Append(CultureInfo.InvariantCulture, $"\nPIPELINING\nSIZE {_options.MaxMessageBytes}\n8BITMIME\nSMTPUTF8\nCHUNKING\nENHANCEDSTATUSCODES\nDSN");
        text.Append(CultureInfo.InvariantCulture, $"\nLIMITS RCPTMAX={_options.MaxRecipients}\nHELP");                 // RFC 9422
        if (_wire.CanStartTls)
            text.Append("\nSTARTTLS");
        if (MayLogIn)
            text.Append("\nAUTH PLAIN LOGIN");
        return text.ToString();
    }
}
