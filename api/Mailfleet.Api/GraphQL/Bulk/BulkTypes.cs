using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.GraphQL.Bulk;

/// <summary>
/// Up to a hundred of one mutation in one call. Each item stands for itself: one that is refused stops no other. They are run in their order, in
/// transactions of their own.
/// </summary>
internal sealed record BulkPayload<TPayload>(IReadOnlyList<TPayload> Results, IReadOnlyList<Refusal> UserErrors);

internal abstract class BulkInputType<TItemType, TItem> : InputObjectGraphType<BulkInput<TItem>> where TItemType : IGraphType
{
    protected BulkInputType(string name)
    {
        Name = name;
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TItemType>>>>("items").Description($"1 to {BulkMutation.MaxItems}.");
    }
}

/// <summary>What the cost of a bulk mutation is counted by.</summary>
internal interface IBulkInput
{
    int Count { get; }
}

internal sealed record BulkInput<TItem>(TItem[] Items) : IBulkInput
{
    public int Count => Items.Length;
}

internal abstract class BulkPayloadType<TPayloadType, TPayload> : ObjectGraphType<BulkPayload<TPayload>> where TPayloadType : IGraphType
{
    protected BulkPayloadType(string name)
    {
        Name = name;
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TPayloadType>>>>("results")
            .Description("One for each item, in their order, as the single mutation would answer it.")
            .Resolve(context => context.Source.Results);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<UserErrorType>>>>("userErrors")
            .Description("Of the call as a whole, which then ran nothing; those of an item stand in its result.")
            .Resolve(context => context.Source.UserErrors);
    }
}

internal static class BulkMutation
{
    public const int MaxItems = 100;

    public static async Task<object?> RunAsync<TItem, TPayload>(
        IResolveFieldContext context, Func<IResolveFieldContext, TItem, Task<TPayload>> runOne)
    {
        TItem[] items = context.GetArgument<BulkInput<TItem>>("input").Items;
        if (items.Length is 0 or > MaxItems)
            return new BulkPayload<TPayload>([], [new Refusal(ErrorCode.Invalid, "items", $"Give 1 to {MaxItems} items. Larger amounts are imports.")]);

        List<TPayload> results = new(items.Length);
        foreach (TItem item in items)
            results.Add(await runOne(context, item));
        return new BulkPayload<TPayload>(results, []);
    }
}
