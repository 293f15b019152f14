using System.Data.Common;
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
            .For<string, long>(("usedBytes", cell), (ids, cancellationToken) => ReadUsedBytesAsync(cells, cell, ids, cancellationToken))
            .Load(context.Source.Id.Value);
    }

    // A cell may be away for a while; that is no fault of ours, and the pump has logged it.
    private static async Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(
        CellLinks cells, string cell, IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken)
    {
        try
        {
            return await cells.ByName[cell].ReadUsedBytesAsync(mailboxIds, cancellationToken);
        }
        catch (DbException fault) when (fault.IsTransient)
        {
            throw new ExecutionError($"The cell {cell} does not answer. Ask for usedBytes later.", fault) { Code = "CELL_UNAVAILABLE" };
        }
    }
}

internal sealed class MailboxEdgeType() : EdgeType<MailboxType, MailboxRow>("MailboxEdge");

internal sealed class MailboxConnectionType() : ConnectionType<MailboxType, MailboxEdgeType, MailboxRow>("MailboxConnection", row => row.Id.Value);
