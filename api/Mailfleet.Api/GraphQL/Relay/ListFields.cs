using GraphQL;
using GraphQL.DataLoader;
using Mailfleet.Api.GraphQL.Batching;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Relay;

/// <summary>How fields read lists: one statement a field, whatever the number of parents.</summary>
internal static class ListFields
{
    public static async Task<object?> ResolvePageAsync<TId, TParent, TRow>(
        this IResolveFieldContext context, FleetList<TId, TParent, TRow> list, TextFilter filter)
        where TId : struct, IPublicId<TId>
        where TParent : struct, IPublicId<TParent>
        where TRow : class
    {
        Actor actor = context.Actor();
        Forbidden.ThrowUnless(actor, list.Right);
        Page<TRow> page = await list.PageAsync(actor, context.ReadPage<TId>(), filter, context.CancellationToken);
        return new Connection<TRow>(page, async cancellationToken => await list.CountAsync(actor, filter, cancellationToken));
    }

    public static IDataLoaderResult ResolvePageOf<TId, TParent, TRow>(
        this IResolveFieldContext context, FleetList<TId, TParent, TRow> list, TParent parent, TextFilter filter)
        where TId : struct, IPublicId<TId>
        where TParent : struct, IPublicId<TParent>
        where TRow : class
    {
        Actor actor = context.Actor();
        Forbidden.ThrowUnless(actor, list.Right);
        BatchLoaders loaders = context.Request().Loaders;
        PageRequest page = context.ReadPage<TId>();
        BatchLoader<TParent, object> counts = loaders.For<TParent, object>((list, filter, "count"), async (parents, cancellationToken) =>
            (await list.CountOfAsync(actor, parents, filter, cancellationToken)).ToDictionary(count => count.Key, count => (object)count.Value));
        BatchLoader<TParent, Connection<TRow>> pages = loaders.For<TParent, Connection<TRow>>((list, filter, page), async (parents, cancellationToken) =>
            (await list.PageOfAsync(actor, parents, page, filter, cancellationToken)).ToDictionary(
                found => found.Key, found => new Connection<TRow>(found.Value, _ => Task.FromResult<object?>(counts.Load(found.Key)))));
        return pages.Load(parent);
    }

    /// <summary>A row by id, for fields that lead from child to parent: out of the caller's reach, perhaps, but not out of its knowledge.</summary>
    public static IDataLoaderResult ResolveRow<TId, TParent, TRow>(this IResolveFieldContext context, FleetList<TId, TParent, TRow> list, TId id)
        where TId : struct, IPublicId<TId>
        where TParent : struct, IPublicId<TParent>
        where TRow : class => context.Request().Loaders.For<TId, TRow>((list, "row"), list.FindAboveAsync).Load(id);
}
