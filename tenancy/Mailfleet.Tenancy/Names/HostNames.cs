using System.Collections.Frozen;

namespace Mailfleet.Tenancy.Names;

/// <summary>The host's own name and the rules for names below it.</summary>
public sealed class HostNames(DomainName host)
{
    // Names that people or programs take for the host's own: role addresses (RFC 2142), service names that mail programs try by
    // themselves (RFC 6186, autoconfig, autodiscover, MTA-STS, BIMI), certificate authorities' contact names, and lures for phishing.
    private static readonly FrozenSet<string> ReservedLabels = FrozenSet.ToFrozenSet(
    [
        "abuse", "account", "accounts", "admin", "administrator", "api", "app", "auth", "autoconfig", "autodiscover", "backup", "billing",
        "bimi", "caldav", "carddav", "cdn", "console", "dav", "dev", "dns", "docs", "ftp", "help", "helpdesk",
        "hostmaster", "imap", "imaps", "internal", "jmap", "lists", "localhost", "login", "mail", "mailer-daemon", "mails",
        "mta", "mta-sts", "mx", "mx1", "mx2", "noc", "noreply", "no-reply", "ns", "ns1", "ns2", "ns3", "ns4", "official",
        "operator", "ops", "pop", "pop3", "pop3s", "portal", "postmaster", "proxy", "relay", "reseller", "root", "secure", "security", "server",
        "signin", "signup", "smtp", "smtps", "ssl", "sso", "staff", "static", "stats", "status", "submission", "submissions",
        "support", "sysadmin", "system", "tls", "vpn", "web", "webadmin", "webmail", "webmaster", "wpad", "www",
        "www1", "www2",
    ]);

    public DomainName Host { get; } = host;

    public NameKind Classify(DomainName name)
    {
        if (name == Host)
            return NameKind.Reserved;

        string below = $".{Host}";
        if (!name.Value.EndsWith(below, StringComparison.Ordinal))
            return NameKind.Own;

        // One label only: a customer's free name has nobody else above or below it.
        string label = name.Value[..^below.Length];
        return label.Contains('.') || ReservedLabels.Contains(label) ? NameKind.Reserved : NameKind.FreeSubdomain;
    }

    /// <summary>What a claim locks: names that can conflict share it. Free subdomains conflict with nothing but themselves.</summary>
    public string LockKey(DomainName name) => Classify(name) == NameKind.FreeSubdomain ? name.Value : name.RegistrableSuffix;
}
