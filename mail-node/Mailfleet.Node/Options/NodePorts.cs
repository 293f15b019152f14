using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Ports of the services; the defaults are the standalone's.</summary>
public sealed record NodePorts
{
    /// <summary>Mail from other servers; 25 in production.</summary>
    [Range(1, 65535)]
    public int Smtp { get; init; } = 2525;

    /// <summary>Mail of users, STARTTLS (RFC 6409); 587 in production.</summary>
    [Range(1, 65535)]
    public int Submission { get; init; } = 2587;

    /// <summary>Mail of users, TLS from the first byte (RFC 8314); 465 in production.</summary>
    [Range(1, 65535)]
    public int Submissions { get; init; } = 2465;

    /// <summary>POP3 with STLS; 110 in production.</summary>
    [Range(1, 65535)]
    public int Pop3 { get; init; } = 2110;

    /// <summary>POP3, TLS from the first byte; 995 in production.</summary>
    [Range(1, 65535)]
    public int Pop3s { get; init; } = 2995;

    /// <summary>Health and metrics, later JMAP.</summary>
    [Range(1, 65535)]
    public int Http { get; init; } = 8082;
}
