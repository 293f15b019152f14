using GraphQL.Types;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.GraphQL.Rights;

internal sealed class RightType : EnumerationGraphType<Right>
{
    public RightType()
    {
        Name = "Right";
        Description = "What a caller may do at its place in the tree and below. Rights are added, never renamed.";
    }
}
