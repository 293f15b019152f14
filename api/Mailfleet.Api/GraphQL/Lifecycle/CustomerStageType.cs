using GraphQL.Types;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal sealed class CustomerStageType : EnumerationGraphType<CustomerStage>
{
    public CustomerStageType()
    {
        Name = "CustomerStage";
        Description = "Where a customer stands between its trial and its end; each stage takes more than the one before it. Stages are added, never renamed.";
    }
}
