namespace Mailfleet.Delivery.Routing;

/// <summary>What TLS a hop must have.</summary>
public enum TlsPolicy
{
    /// <summary>Never, for a hop on the same machine or link.</summary>
    None,

    /// <summary>When the server offers it, whatever its certificate (RFC 7435).</summary>
    Opportunistic,

    /// <summary>Always; without it the mail waits. Whom the certificate names is not asked until there are policies to ask by.</summary>
    Required,
}
