using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Fleet;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Fleet;

internal sealed class MailNodeType : ObjectGraphType<NodeHeartbeat>
{
    public MailNodeType()
    {
        Name = "MailNode";
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<StringGraphType>>("version").Resolve(context => context.Source.Version);
        Field<NonNullGraphType<DateTimeType>>("startedAt").Resolve(context => context.Source.StartedAt);
        Field<NonNullGraphType<BooleanGraphType>>("isAlive").Description("Its lease in the cell ran when the cell was asked.").Resolve(context => context.Source.IsAlive);
    }
}

internal sealed class CellType : ObjectGraphType<CellStatus>
{
    public CellType()
    {
        Name = "Cell";
        Description = "A cell as it was when last asked, once a minute.";
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<DateTimeType>("seenAt").Description("Its last answer.").Resolve(context => context.Source.SeenAt);
        Field<StringGraphType>("fault").Description("Why the last question had no answer.").Resolve(context => context.Source.Fault);
        Field<NonNullGraphType<LongGraphType>>("mailboxes").Resolve(context => context.Source.Mailboxes);
        Field<NonNullGraphType<LongGraphType>>("usedBytes").Resolve(context => context.Source.UsedBytes);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<MailNodeType>>>>("nodes").Resolve(context => context.Source.Nodes);
    }
}

internal static class Cells
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Forbidden.ThrowUnless(context.Actor(), Right.ReadFleet);
        return await context.Service<FleetCells>().ReadAllAsync(context.CancellationToken);
    }
}
