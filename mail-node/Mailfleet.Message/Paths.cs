namespace Mailfleet.Message;

/// <summary>An address <c>local-part@domain</c> (RFC 5321 §4.1.2) that holds no control characters; the domain in lower-case A-labels or an address literal.</summary>
public sealed record MailAddress(string LocalPart, string Domain)
{
    public override string ToString() => $"{LocalPart}@{Domain}";
}

/// <summary>The sender of an envelope; null address for the null reverse-path <c>&lt;&gt;</c>.</summary>
public sealed record ReversePath(MailAddress? Address)
{
    public override string ToString() => $"<{Address}>";
}

/// <summary>A recipient of an envelope. <c>postmaster</c> without a domain has an empty domain (RFC 5321 §4.5.1).</summary>
public sealed record ForwardPath(MailAddress Address)
{
    public override string ToString() => $"<{Address}>";
}
