using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Limits on what clients may do; each default says why.</summary>
public sealed record LimitOptions
{
    /// <summary>50 MB: above what the large providers accept (25–50 MB), so a message they sent is not refused for size.</summary>
    [Range(1024, long.MaxValue)]
    public long MessageBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>Ten times the 100 that RFC 5321 §4.5.3.1.8 asks for.</summary>
    [Range(100, 10_000)]
    public int RecipientsPerMessage { get; init; } = 1000;

    /// <summary>Received fields that mean a loop (RFC 5321 §6.3 asks for at least 100 or a good reason; ours is fan-out by forwards).</summary>
    [Range(10, 100)]
    public int Hops { get; init; } = 50;

    /// <summary>256 KB of header: far above any real one (ARC, DKIM and Received of long routes stay below 64 KB).</summary>
    [Range(16 * 1024, 16 * 1024 * 1024)]
    public int HeaderBytes { get; init; } = 256 * 1024;

    /// <summary>Below the 20,000 open files a process may have, with room for segments and the database.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 15_000;

    /// <summary>A busy office behind one address stays below it; a robot does not.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerAddress { get; init; } = 50;
}
