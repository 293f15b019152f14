using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Ports of the services; the defaults are the standalone's.</summary>
public sealed record NodePorts
{
    [Range(1, 65535)]
    public int Smtp { get; init; } = 2525;

    [Range(1, 65535)]
    public int Submission { get; init; } = 2587;

    [Range(1, 65535)]
    public int Submissions { get; init; } = 2465;

    [Range(1, 65535)]
    public int Pop3 { get; init; } = 2110;

    [Range(1, 65535)]
    public int Pop3s { get; init; } = 2995;

    /// <summary>Health and metrics, later JMAP.</summary>
    [Range(1, 65535)]
    public int Http { get; init; } = 8082;
}
