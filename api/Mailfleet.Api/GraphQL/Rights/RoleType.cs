using GraphQL.Types;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.GraphQL.Rights;

internal sealed class RoleType : EnumerationGraphType<Role>
{
    public RoleType()
    {
        Name = "Role";
        Description = "What somebody is at their place in the tree. Roles are added, never renamed.";
    }
}
