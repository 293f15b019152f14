namespace Mailfleet.Smtp;

/// <summary>Which service a listener offers: port 25 for other servers, or submission for users (RFC 6409).</summary>
public enum SmtpService
{
    Mx,
    Submission,
}
