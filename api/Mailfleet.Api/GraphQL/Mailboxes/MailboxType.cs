using GraphQL;
using GraphQL.DataLoader;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Provisioning;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Mailboxes;

internal sealed class MailboxType : ObjectGraphType<MailboxRow>
{
    public MailboxType()
    {
        Name = "Mailbox";
        Interface<NodeInterface>();
        IsTypeOf = value => value is MailboxRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("address").Resolve(context => context.Source.Address);
        Field<NonNullGraphType<LongGraphType>>("usedBytes")
            .Description("Bytes stored over all folders, as POP3's STAT counts them; read from the cell.")
            .Resolve(ReadUsedBytes);
        Field<NonNullGraphType<LongGraphType>>("quotaBytes").Resolve(context => context.Source.QuotaBytes);
        Field<NonNullGraphType<ProvisioningType>>("provisioning").Resolve(context => context.Source.Provisioning);
        Field<NonNullGraphType<DomainType>>("domain")
            .Resolve(context => context.ResolveRow(context.Service<FleetLists>().Domains, context.Source.Domain));
    }

    // One call a cell. A mailbox its cell does not have yet is not in the answer, and has used nothing.
    private static IDataLoaderResult ReadUsedBytes(IResolveFieldContext<MailboxRow> context)
    {
        string cell = context.Source.Provisioning.Cell;
        CellLinks cells = context.Service<CellLinks>();
        return context.Request().Loaders
            .For<string, long>(("usedBytes", cell), (ids, cancellationToken) => cells.ByName[cell].ReadUsedBytesAsync(ids, cancellationToken))
            .Load(context.Source.Id.Value);
    }
}

internal sealed class MailboxEdgeType() : EdgeType<MailboxType, MailboxRow>("MailboxEdge");

internal sealed class MailboxConnectionType() : ConnectionType<MailboxType, MailboxEdgeType, MailboxRow>("MailboxConnection", row => row.Id.Value);
