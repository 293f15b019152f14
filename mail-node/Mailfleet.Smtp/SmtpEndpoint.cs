namespace Mailfleet.Smtp;

/// <summary>One listener: its service, and whether TLS starts with the connection (RFC 8314) or by STARTTLS.</summary>
public sealed record SmtpEndpoint(SmtpService Service, bool ImplicitTls);
