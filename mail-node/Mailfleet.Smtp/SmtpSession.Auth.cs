using System.Text;
using System.Text.Unicode;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Mailfleet.Wire.Sasl;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    private static readonly SmtpReply BadBase64 = new(501, "5.5.2", "Cannot decode the response");
    private static readonly SmtpReply AuthCancelled = new(501, "5.7.0", "Authentication cancelled");
    private static readonly SmtpReply AuthLineTooLong = new(500, "5.5.6", "Authentication exchange line too long");
    private static readonly SmtpReply UnknownMechanism = new(504, "5.5.4", "Mechanism not supported");
    private static readonly SmtpReply AuthNotHere = new(502, "5.5.1", "No log-in on this port, use submission");
    private static readonly SmtpReply LoggedIn = new(235, "2.7.0", "Authentication succeeded");
    private static readonly SmtpReply LogInUnavailable = new(454, "4.7.0", "Temporary authentication failure, try again later");

    // base64 of "Username:" and "Password:", which is all that LOGIN is specified by.
    private static readonly SmtpReply AskUser = new(334, null, "VXNlcm5hbWU6");
    private static readonly SmtpReply AskPassword = new(334, null, "UGFzc3dvcmQ6");
    private static readonly SmtpReply AskPlain = new(334, null, "");

    private int _failedLogIns;
    private IDisposable? _logInWatch;

    private bool MayLogIn => _endpoint.Service == SmtpService.Submission && (_client.IsTls || _client.IsTrusted);

    // RFC 4954 §4.
    private async ValueTask<SmtpReply?> AuthAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (_endpoint.Service != SmtpService.Submission)
            return Junk(AuthNotHere);
        if (_client.Identity is not null)
            return Junk(SmtpReply.OutOfOrder);
        if (!MayLogIn)
            return Junk(SmtpReply.EncryptFirst);

        int space = argument.Span.IndexOf((byte)' ');
        ReadOnlyMemory<byte> mechanism = space < 0 ? argument : argument[..space];
        ReadOnlyMemory<byte>? initial = space < 0 ? default(ReadOnlyMemory<byte>?) : argument[(space + 1)..];    // a bare null would become an empty one
        if (Ascii.EqualsIgnoreCase(mechanism.Span, "PLAIN"))
            return await AuthPlainAsync(initial, cancellationToken);
        if (Ascii.EqualsIgnoreCase(mechanism.Span, "LOGIN"))
            return await AuthLoginAsync(initial, cancellationToken);
        return Junk(UnknownMechanism);
    }

    // RFC 4616.
    private async ValueTask<SmtpReply?> AuthPlainAsync(ReadOnlyMemory<byte>? initial, CancellationToken cancellationToken)
    {
        (byte[]? response, SmtpReply? fault) = await ResponseAsync(initial, AskPlain);
        if (response is null)
            return fault;
        if (SaslPlain.Parse(response) is not { } plain)
            return Junk(BadBase64);
        return plain.ActsForItself ? await LogInAsync(plain.User, plain.Password, cancellationToken) : await FailLogInAsync(null);
    }

    private async ValueTask<SmtpReply?> AuthLoginAsync(ReadOnlyMemory<byte>? initial, CancellationToken cancellationToken)
    {
        (byte[]? user, SmtpReply? fault) = await ResponseAsync(initial, AskUser);
        if (user is null)
            return fault;
        (byte[]? password, fault) = await ResponseAsync(null, AskPassword);
        if (password is null)
            return fault;
        if (user.Length == 0 || password.Length == 0 || !Utf8.IsValid(user) || !Utf8.IsValid(password) || user.Contains((byte)0) || password.Contains((byte)0))
            return Junk(BadBase64);
        return await LogInAsync(Encoding.UTF8.GetString(user), Encoding.UTF8.GetString(password), cancellationToken);
    }

    // The initial response, or the answer to a challenge. Without a response, the reply that ends the exchange, or nothing when the session ended.
    private async ValueTask<(byte[]? Response, SmtpReply? Reply)> ResponseAsync(ReadOnlyMemory<byte>? initial, SmtpReply challenge)
    {
        if (initial is { } given)
        {
            if (given.Span.SequenceEqual("="u8))
                return ([], null);                      // RFC 4954 §4: the empty response
            return SaslBase64.Decode(given.Span) is { } decoded ? (decoded, null) : (null, Junk(BadBase64));
        }
        challenge.WriteTo(_wire.Output);
        LineRead read = await _wire.ReadLineAsync(_options.MaxAuthLineOctets, _options.CommandTimeout);
        switch (read.Status)
        {
            case LineStatus.Line when read.Line.Span.SequenceEqual("*"u8):
                return (null, Junk(AuthCancelled));
            case LineStatus.Line:
                return SaslBase64.Decode(read.Line.Span) is { } decoded ? (decoded, null) : (null, Junk(BadBase64));
            case LineStatus.TooLong:
                return (null, Junk(AuthLineTooLong));
            case LineStatus.BadLineEnd:
                return (null, Junk(SmtpReply.BadLineEnd));
            case LineStatus.Expired:
                return (null, EndWith(SmtpReply.TimedOut));
            case LineStatus.Draining:
                return (null, EndWith(SmtpReply.ShuttingDown));
            default:
                _ended = true;
                return (null, null);
        }
    }

    private async ValueTask<SmtpReply?> LogInAsync(string user, string password, CancellationToken cancellationToken)
    {
        SmtpLogIn logIn = await _backend.LogInAsync(_client, user, password, cancellationToken);
        SmtpMetrics.LoggedIn(logIn);
        if (logIn.IsOffence)
            _wire.Tally.Offences += Offence.ThrottledLogIn;
        if (!await _wire.HoldAsync(logIn.Delay))
        {
            _ended = true;
            return null;
        }

        switch (logIn)
        {
            case SmtpLogIn.Accepted accepted:
                _wire.Tally.IsLoggedIn = true;
                _client = _client with { Identity = accepted.Identity };
                _logInWatch = accepted.Watch?.Invoke(_wire.Revoke);
                return LoggedIn;
            case SmtpLogIn.Rejected rejected:
                return await FailLogInAsync(rejected.Reason);
            default:
                return LogInUnavailable;
        }
    }

    private void ForgetLogIn()
    {
        _logInWatch?.Dispose();
        _logInWatch = null;
    }

    // The client hears why, and after the last try that it was the last.
    private async ValueTask<SmtpReply?> FailLogInAsync(string? reason)
    {
        SmtpReply failed = new(535, "5.7.8", reason ?? "Authentication credentials invalid");
        if (++_failedLogIns < _options.MaxFailedLogIns)
            return failed;
        LogTooManyFailedLogIns(_wire.SessionId, _wire.Remote.Address);
        await ReplyAsync(failed);
        return Dismiss(SmtpReply.TooManyFailedLogIns);
    }

    [LoggerMessage(3, LogLevel.Information, "SMTP session {SessionId} from {Remote} closed after too many failed log-ins")]
    private partial void LogTooManyFailedLogIns(string sessionId, System.Net.IPAddress remote);
}
