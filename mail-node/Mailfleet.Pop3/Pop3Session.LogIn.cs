using System.Text;
using System.Text.Unicode;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Mailfleet.Wire.Sasl;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Pop3;

internal sealed partial class Pop3Session
{
    private static readonly Pop3Reply SendPassword = new(true, "Send the password");
    private static readonly Pop3Reply UserFirst = Pop3Reply.Error("USER first");
    private static readonly Pop3Reply BadBase64 = Pop3Reply.Error("Cannot decode the response");
    private static readonly Pop3Reply AuthCancelled = Pop3Reply.Error("Authentication cancelled");
    private static readonly Pop3Reply UnknownMechanism = Pop3Reply.Error("Mechanism not supported");
    private static readonly Pop3Reply NoTls = Pop3Reply.Error("TLS not available");
    private static readonly Pop3Reply InjectedCommand = Pop3Reply.Error("Nothing may follow STLS before the handshake");
    private static readonly Pop3Reply ReadyForTls = new(true, "Ready to start TLS");
    private static readonly Pop3Reply InUtf8 = new(true, "UTF8 enabled");

    private string? _user;
    private int _failedLogIns;
    private IDisposable? _logInWatch;

    private bool MayLogIn => _wire.TlsProtocol is not null || _wire.IsTrusted;

    // RFC 1939 §7. The answer is the same whoever it is.
    private Pop3Reply User(ReadOnlySpan<byte> argument)
    {
        if (!MayLogIn)
            return Junk(Pop3Reply.EncryptFirst);
        if (ReadText(argument.Trim((byte)' ')) is not { } user)
            return Junk(Pop3Reply.BadArguments);
        _user = user;
        return SendPassword;
    }

    // RFC 1939 §7: only right after USER; all that follows the first space is the password.
    private async ValueTask<Pop3Reply> PassAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!MayLogIn)
            return Junk(Pop3Reply.EncryptFirst);
        if (_user is not { } user)
            return Junk(UserFirst);
        _user = null;
        if (ReadText(argument.Span) is not { } password)
            return Junk(Pop3Reply.BadArguments);
        return await LogInAsync(user, password, cancellationToken);
    }

    // RFC 5034 §4. Without a mechanism it lists them, as clients from before CAPA expect.
    private async ValueTask<Pop3Reply?> AuthAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (argument.IsEmpty)
        {
            Pop3Reply.Ok.WriteTo(_wire.Output);
            WriteLines(MayLogIn ? "PLAIN\r\n.\r\n"u8 : ".\r\n"u8);
            return null;
        }
        if (!MayLogIn)
            return Junk(Pop3Reply.EncryptFirst);
        int space = argument.Span.IndexOf((byte)' ');
        if (!Ascii.EqualsIgnoreCase(argument.Span[..(space < 0 ? argument.Length : space)], "PLAIN"))
            return Junk(UnknownMechanism);
        (byte[]? response, Pop3Reply? fault) = space < 0 ? await AskAsync() : Decode(argument.Span[(space + 1)..]);
        if (response is null)
            return fault;
        if (SaslPlain.Parse(response) is not { } plain)
            return Junk(BadBase64);
        return plain.ActsForItself ? await LogInAsync(plain.User, plain.Password, cancellationToken) : FailLogIn(null);
    }

    // RFC 2595 §4.
    private async ValueTask<Pop3Reply?> StlsAsync()
    {
        if (_wire.TlsProtocol is not null)
            return Junk(Pop3Reply.WrongState);
        if (!_wire.CanStartTls)
            return NoTls;
        if (_wire.HasInput)
            return Dismiss(InjectedCommand);            // it would be run as if it had come under TLS
        ReadyForTls.WriteTo(_wire.Output);
        _ended = !await _wire.StartTlsAsync();
        _user = null;                                   // what was said before is forgotten
        return null;
    }

    // RFC 6856 §2. User names and passwords are read as UTF-8 and messages leave as they are in any case, so there is no mode to keep
    // (a deviation from §2.1: a client that did not ask gets internationalised messages as well, not an error it cannot act on).
    private static Pop3Reply Utf8Mode() => InUtf8;

    private async ValueTask<(byte[]? Response, Pop3Reply? Reply)> AskAsync()
    {
        WriteLines("+ \r\n"u8);
        LineRead read = await _wire.ReadLineAsync(_options.MaxAuthLineOctets, _options.LogInTimeout);
        switch (read.Status)
        {
            case LineStatus.Line when read.Line.Span.SequenceEqual("*"u8):
                return (null, Junk(AuthCancelled));
            case LineStatus.Line:
                return Decode(read.Line.Span);
            case LineStatus.TooLong:
                return (null, Junk(Pop3Reply.LineTooLong));
            case LineStatus.BadLineEnd:
                return (null, Junk(Pop3Reply.BadLineEnd));
            case LineStatus.Expired:
                return (null, EndWith(Pop3Reply.TimedOut));
            case LineStatus.Draining:
                return (null, EndWith(Pop3Reply.ShuttingDown));
            default:
                _ended = true;
                return (null, null);
        }
    }

    private (byte[]? Response, Pop3Reply? Reply) Decode(ReadOnlySpan<byte> base64) =>
        SaslBase64.Decode(base64) is { } response ? (response, null) : (null, Junk(BadBase64));

    private async ValueTask<Pop3Reply> LogInAsync(string user, string password, CancellationToken cancellationToken)
    {
        Pop3Client client = new(_wire.SessionId, _wire.Remote, _wire.TlsProtocol is not null, _wire.IsTrusted);
        Pop3LogIn logIn = await _backend.LogInAsync(client, user, password, cancellationToken);
        Pop3Metrics.LoggedIn(logIn);
        if (logIn.IsOffence)
            _wire.Tally.Offences += Offence.ThrottledLogIn;
        if (!await _wire.HoldAsync(logIn.Delay))
            return EndWith(Pop3Reply.LogInUnavailable); // to nobody: the peer is gone

        switch (logIn)
        {
            case Pop3LogIn.Accepted accepted:
                _wire.Tally.IsLoggedIn = true;
                _maildrop = new OpenMaildrop(accepted.Maildrop);
                _logInWatch = accepted.Watch?.Invoke(_wire.Revoke);
                _junk = 0;
                return new Pop3Reply(true, $"{_maildrop.Count} messages ({_maildrop.Bytes} octets)");
            case Pop3LogIn.Rejected rejected:
                return FailLogIn(rejected.Reason);
            default:
                return Pop3Reply.LogInUnavailable;
        }
    }

    private Pop3Reply FailLogIn(string? reason)
    {
        Pop3Reply failed = Pop3Reply.Error($"[AUTH] {reason ?? "Authentication credentials invalid"}");
        if (++_failedLogIns < _options.MaxFailedLogIns)
            return failed;
        LogTooManyFailedLogIns(_wire.SessionId, _wire.Remote.Address);
        return Dismiss(failed);
    }

    private static string? ReadText(ReadOnlySpan<byte> text) =>
        text.Length > 0 && !text.Contains((byte)0) && Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null;

    [LoggerMessage(2, LogLevel.Information, "POP3 session {SessionId} from {Remote} closed after too many failed log-ins")]
    private partial void LogTooManyFailedLogIns(string sessionId, System.Net.IPAddress remote);
}
