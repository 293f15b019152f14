using GraphQL.Types;

namespace Mailfleet.Api.GraphQL.Relay;

/// <summary>Relay's Global Object Identification. The public ids are the global ids: their prefix names the type.</summary>
internal sealed class NodeInterface : InterfaceGraphType
{
    public NodeInterface()
    {
        Name = "Node";
        Description = "An object with a global id.";
        Field<NonNullGraphType<IdGraphType>>("id");
    }
}
