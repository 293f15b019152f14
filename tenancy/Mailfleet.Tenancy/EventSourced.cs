using JasperFx.Events;
using Marten;

namespace Mailfleet.Tenancy;

/// <summary>State and the version it was read at; whoever saves names that version, so that two writers cannot both win.</summary>
internal sealed record Loaded<TState>(TState State, long Version);

internal static class EventSourced
{
    /// <summary>Null when the session's tenant has no such stream.</summary>
    public static async Task<Loaded<TState>?> FoldStreamAsync<TState>(this IDocumentSession session, string stream, CancellationToken cancellationToken)
        where TState : class, IEventSourced<TState>
    {
        IReadOnlyList<IEvent> events = await session.Events.FetchStreamAsync(stream, token: cancellationToken);
        TState? state = Fold<TState>(events.Select(e => e.Data));
        return state is null ? null : new Loaded<TState>(state, events[^1].Version);
    }

    /// <summary>Many streams in one statement; those that the session's tenant does not have are absent.</summary>
    public static async Task<IReadOnlyDictionary<string, TState>> FoldStreamsAsync<TState>(
        this IDocumentSession session, string[] streams, CancellationToken cancellationToken) where TState : class, IEventSourced<TState>
    {
        IReadOnlyList<IEvent> events = await session.Events.QueryAllRawEvents()
            .Where(e => e.StreamKey!.IsOneOf(streams)).OrderBy(e => e.Sequence).ToListAsync(cancellationToken);
        return events.GroupBy(e => e.StreamKey!)
            .Select(stream => (stream.Key, State: Fold<TState>(stream.Select(e => e.Data))))
            .Where(stream => stream.State is not null)
            .ToDictionary(stream => stream.Key, stream => stream.State!);
    }

    public static TState? Fold<TState>(IEnumerable<object> changes) where TState : class, IEventSourced<TState> =>
        changes.Aggregate(default(TState), TState.Apply);
}
