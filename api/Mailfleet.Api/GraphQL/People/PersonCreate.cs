using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonCreateInput(string NodeId, Role Role, string Login, string Name, string? Password);

internal sealed class PersonCreateInputType : InputObjectGraphType<PersonCreateInput>
{
    public PersonCreateInputType()
    {
        Name = "PersonCreateInput";
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("The reseller, customer or domain at which the role is held.");
        Field<NonNullGraphType<RoleType>>("role").Description("One of the node's level, and none that may do more than the caller.");
        Field<NonNullGraphType<StringGraphType>>("login").Description("In the form of a mail address.");
        Field<NonNullGraphType<StringGraphType>>("name");
        Field<StringGraphType>("password").Description("When absent, the person chooses one by the link that is returned.");
    }
}

internal sealed class PersonCreatePayloadType : PayloadType<CreatePersonResult>
{
    public PersonCreatePayloadType() : base("PersonCreatePayload")
    {
        Field<PersonType>("person").Resolve(context => context.Source.Value?.Person);
        Field<StringGraphType>("passwordLink").Description("Shown once, good for three days: send it to the person.")
            .Resolve(context => context.Source.Value?.LinkToken is { } token ? PasswordLinkEndpoints.Link(context.Service<ApiOptions>(), token).AbsoluteUri : null);
    }
}

internal static class PersonCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PersonCreateInput input = context.GetArgument<PersonCreateInput>("input");
        if (!NodeId.TryParse(input.NodeId, out NodeId node))
            return Payload<CreatePersonResult>.Refused(new Refusal(ErrorCode.NotFound, "nodeId", "There is no such node."));

        var command = new CreatePerson(node, input.Role, input.Login, input.Name, input.Password);
        return Payload<CreatePersonResult>.Of(await context.Service<CreatePersonHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
