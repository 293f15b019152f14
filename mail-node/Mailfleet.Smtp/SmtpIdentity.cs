namespace Mailfleet.Smtp;

/// <summary>A logged-in user. The backend puts what it needs behind <paramref name="Tag"/>.</summary>
public sealed record SmtpIdentity(string Address, object Tag);
