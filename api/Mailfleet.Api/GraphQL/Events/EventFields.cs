using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Events;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Events;

/// <summary>A piece of the feed. Unlike a page of a list it always ends in a cursor to go on from.</summary>
internal sealed record EventPage(IReadOnlyList<EventRow> Nodes, bool HasMore, EventCursor End);

internal sealed class EventType : ObjectGraphType<EventRow>
{
    public EventType()
    {
        Name = "Event";
        Description = "Something that happened, as webhooks tell it too.";
        Field<NonNullGraphType<IdGraphType>>("id").Description("The same as the `webhook-id`.").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("type").Description("`mailbox.created`; types are added, never renamed.").Resolve(context => context.Source.Type);
        Field<NonNullGraphType<IdGraphType>>("objectId").Resolve(context => context.Source.ObjectId);
        Field<NonNullGraphType<JsonType>>("data").Resolve(context => context.Source.Data);
        Field<NonNullGraphType<DateTimeType>>("at").Resolve(context => context.Source.At);
    }
}

internal sealed class EventPageType : ObjectGraphType<EventPage>, IConnectionType
{
    public EventPageType()
    {
        Name = "EventPage";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<EventType>>>>("nodes").Resolve(context => context.Source.Nodes);
        Field<NonNullGraphType<BooleanGraphType>>("hasMore").Description("Whether to ask again at once.").Resolve(context => context.Source.HasMore);
        Field<NonNullGraphType<StringGraphType>>("endCursor").Description("What to pass as `after` next time, even when nothing has happened.")
            .Resolve(context => context.Source.End.ToString());
    }
}

internal static class EventFields
{
    public static QueryArguments Arguments =>
    [
        new QueryArgument<IntGraphType> { Name = "first", Description = $"1 to {ConnectionArguments.MaxLimit}; {ConnectionArguments.DefaultLimit} when absent." },
        new QueryArgument<StringGraphType> { Name = "after", Description = "The `endCursor` of the last call; from the oldest kept event when absent. Events are kept for 30 days." },
        new QueryArgument<ListGraphType<NonNullGraphType<StringGraphType>>> { Name = "types", Description = "Of these types alone." },
    ];

    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Forbidden.ThrowUnless(context.Actor(), Right.ReadEvents);
        int first = context.GetArgument<int?>("first") ?? ConnectionArguments.DefaultLimit;
        if (first is < 1 or > ConnectionArguments.MaxLimit)
            throw BadInput.Error($"first has to be between 1 and {ConnectionArguments.MaxLimit}.");
        EventCursor after = default;
        if (context.GetArgument<string?>("after") is { } text && !EventCursor.TryParse(text, out after))
            throw BadInput.Error("after is not a cursor of this feed.");

        IReadOnlyList<EventRow> rows = await context.Service<FleetEvents>().ReadAsync(
            context.Actor(), after, context.GetArgument<string[]?>("types") ?? [], first + 1, context.CancellationToken);
        EventRow[] page = [.. rows.Take(first)];
        return new EventPage(page, rows.Count > first, page.Length > 0 ? page[^1].Cursor : after);
    }
}
