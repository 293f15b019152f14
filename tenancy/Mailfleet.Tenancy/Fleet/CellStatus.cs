using Mailfleet.Cell.Door;

namespace Mailfleet.Tenancy.Fleet;

/// <summary>A cell as it was when last asked.</summary>
/// <param name="SeenAt">Its last answer; null when it has never given one.</param>
/// <param name="Fault">Why the last question had no answer; null when it had one.</param>
public sealed record CellStatus(string Name, DateTimeOffset? SeenAt, string? Fault, long Mailboxes, long UsedBytes, IReadOnlyList<NodeHeartbeat> Nodes)
{
    /// <summary>Longer silent than this, a cell gets no new customers.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(5);

    public bool IsReachable(DateTimeOffset now) => Fault is null && now - SeenAt <= MaxSilence;
}
