using System.Net;

namespace Mailfleet.Smtp;

/// <summary>The peer of a session. Changes with EHLO, STARTTLS and AUTH; the session hands out its current view.</summary>
/// <param name="Helo">Argument of EHLO or HELO, or null before it.</param>
/// <param name="Identity">Who logged in, or null.</param>
public sealed record SmtpClient(
    string SessionId, SmtpService Service, IPEndPoint Remote, IPEndPoint Local, bool IsTrusted, string? Helo, bool IsEsmtp, string? TlsProtocol, SmtpIdentity? Identity)
{
    public bool IsTls => TlsProtocol is not null;
}
