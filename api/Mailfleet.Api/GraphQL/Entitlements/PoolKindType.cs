using GraphQL.Types;
using Mailfleet.Tenancy.Entitlements;

namespace Mailfleet.Api.GraphQL.Entitlements;

internal sealed class PoolKindType : EnumerationGraphType<PoolKind>
{
    public PoolKindType()
    {
        Name = "PoolKind";
        Description = "What limits count. `BYTES` are the quotas promised to mailboxes, not what is used.";
    }
}
