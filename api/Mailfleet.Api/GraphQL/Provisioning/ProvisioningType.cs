using GraphQL.Types;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Api.GraphQL.Provisioning;

internal sealed class ProvisioningStateType : EnumerationGraphType<ProvisioningState>
{
    public ProvisioningStateType()
    {
        Name = "ProvisioningState";
        Description = "How far an object has come on its way to its cell.";
    }
}

internal sealed class ProvisioningType : ObjectGraphType<ProvisioningStatus>
{
    public ProvisioningType()
    {
        Name = "Provisioning";
        Field<NonNullGraphType<ProvisioningStateType>>("state").Resolve(context => context.Source.State);
        Field<StringGraphType>("cell").Description("Where the object lives.").Resolve(context => context.Source.Cell);
        Field<NonNullGraphType<LongGraphType>>("version").Description("The version wanted; it grows with every change.").Resolve(context => context.Source.Version);
        Field<DateTimeType>("at").Description("When the state was reached.").Resolve(context => context.Source.At);
    }
}
