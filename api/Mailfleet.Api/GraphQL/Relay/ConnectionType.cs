using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Relay;

/// <summary>One page, and how to count what it is a page of, should anybody ask.</summary>
/// <param name="Count">Returns the number, or a loader's result that will.</param>
internal sealed record Connection<TRow>(Page<TRow> Page, Func<CancellationToken, Task<object?>> Count);

internal sealed record Edge<TRow>(string Cursor, TRow Node);

internal sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);

/// <summary>Marks connections for the cost of their lists.</summary>
internal interface IConnectionType;

internal sealed class PageInfoType : ObjectGraphType<PageInfo>
{
    public PageInfoType()
    {
        Name = "PageInfo";
        Field<NonNullGraphType<BooleanGraphType>>("hasNextPage").Resolve(context => context.Source.HasNextPage);
        Field<NonNullGraphType<BooleanGraphType>>("hasPreviousPage").Resolve(context => context.Source.HasPreviousPage);
        Field<StringGraphType>("startCursor").Resolve(context => context.Source.StartCursor);
        Field<StringGraphType>("endCursor").Resolve(context => context.Source.EndCursor);
    }
}

internal abstract class EdgeType<TNode, TRow> : ObjectGraphType<Edge<TRow>> where TNode : IGraphType
{
    protected EdgeType(string name)
    {
        Name = name;
        Field<NonNullGraphType<StringGraphType>>("cursor").Resolve(context => context.Source.Cursor);
        Field<NonNullGraphType<TNode>>("node").Resolve(context => context.Source.Node);
    }
}

internal abstract class ConnectionType<TNode, TEdge, TRow> : ObjectGraphType<Connection<TRow>>, IConnectionType
    where TNode : IGraphType
    where TEdge : EdgeType<TNode, TRow>
    where TRow : class
{
    protected ConnectionType(string name, Func<TRow, string> id)
    {
        Name = name;
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TEdge>>>>("edges")
            .Resolve(context => context.Source.Page.Rows.Select(row => new Edge<TRow>(Cursor.Of(id(row)), row)));
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TNode>>>>("nodes").Resolve(context => context.Source.Page.Rows);
        Field<NonNullGraphType<PageInfoType>>("pageInfo").Resolve(context => Info(context.Source.Page, id));
        Field<LongGraphType>("totalCount")
            .Description("How many there are over all pages. Counted only when asked for.")
            .ResolveAsync(context => context.Source.Count(context.CancellationToken));
    }

    private static PageInfo Info(Page<TRow> page, Func<TRow, string> id) => new(
        page.HasNext, page.HasPrevious, page.Rows.Count > 0 ? Cursor.Of(id(page.Rows[0])) : null, page.Rows.Count > 0 ? Cursor.Of(id(page.Rows[^1])) : null);
}
