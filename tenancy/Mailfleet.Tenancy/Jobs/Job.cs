using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>Work that takes longer than a request, and how far it has come.</summary>
/// <param name="Node">Where whoever made it stands; they and those above see it.</param>
/// <param name="Done">Rows that have been done; <paramref name="Refused"/> those that have not and why is known, the rest waits.</param>
/// <param name="Fault">Why all of it was stopped; null unless it was.</param>
public sealed record Job(
    JobId Id, NodeId Node, SubtreePath Path, string Login, JobKind Kind, JobState State, int Total, int Done, int Refused, string? Fault,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    internal string Maker { get; init; } = "";

    internal string? Person { get; init; }

    internal string? OnBehalfOf { get; init; }
}
