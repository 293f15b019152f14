namespace Mailfleet.Message;

/// <summary>A recipient of an envelope. <c>postmaster</c> without a domain has an empty domain (RFC 5321 §4.5.1).</summary>
public sealed record ForwardPath(MailAddress Address)
{
    public static ForwardPath Postmaster { get; } = new(MailAddress.LocalPostmaster);

    public override string ToString() => $"<{Address}>";
}
