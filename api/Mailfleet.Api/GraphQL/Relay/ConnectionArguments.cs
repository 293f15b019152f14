using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Relay;

/// <summary>The four arguments of a connection (GraphQL Cursor Connections Specification §4).</summary>
internal static class ConnectionArguments
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    public static QueryArguments With(QueryArgument? filter = null)
    {
        QueryArguments arguments =
        [
            new QueryArgument<IntGraphType>
            {
                Name = "first",
                Description = $"How many from the start, 1 to {MaxLimit}; {DefaultLimit} when neither first nor last is given.",
            },
            new QueryArgument<StringGraphType> { Name = "after", Description = "Cursor that all rows come after." },
            new QueryArgument<IntGraphType> { Name = "last", Description = $"How many from the end, 1 to {MaxLimit}." },
            new QueryArgument<StringGraphType> { Name = "before", Description = "Cursor that all rows come before." },
        ];
        if (filter is not null)
            arguments.Add(filter);
        return arguments;
    }

    /// <summary>With the choice of an order, for lists that have a name beside their age.</summary>
    public static QueryArguments Sorted(QueryArgument filter)
    {
        QueryArguments arguments = With(filter);
        arguments.Add(new QueryArgument<ListOrderType> { Name = "orderBy", Description = "Oldest first when absent. A cursor holds in the order it was read in." });
        return arguments;
    }

    public static PageRequest ReadPage<TId>(this IResolveFieldContext context) where TId : struct, IPublicId<TId>
    {
        int? first = ReadLimit(context, "first");
        int? last = ReadLimit(context, "last");
        if (first is not null && last is not null)
            throw BadInput.Error("Give first or last, not both.");

        return new PageRequest(first ?? last ?? DefaultLimit, FromEnd: last is not null, ReadCursor<TId>(context, "after"), ReadCursor<TId>(context, "before"))
        {
            Order = context.HasArgument("orderBy") ? context.GetArgument<ListOrder>("orderBy") : ListOrder.CreatedAt,
        };
    }

    private static int? ReadLimit(IResolveFieldContext context, string name)
    {
        int? limit = context.GetArgument<int?>(name);
        return limit is < 1 or > MaxLimit ? throw BadInput.Error($"{name} has to be between 1 and {MaxLimit}.") : limit;
    }

    private static string? ReadCursor<TId>(IResolveFieldContext context, string name) where TId : struct, IPublicId<TId>
    {
        if (context.GetArgument<string?>(name) is not { } text)
            return null;
        return Cursor.TryRead(text, out TId id) ? id.Value : throw BadInput.Error($"{name} is not a cursor of this connection.");
    }
}
