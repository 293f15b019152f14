using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonPasswordLinkCreateInput(string PersonId);

internal sealed class PersonPasswordLinkCreateInputType : InputObjectGraphType<PersonPasswordLinkCreateInput>
{
    public PersonPasswordLinkCreateInputType()
    {
        Name = "PersonPasswordLinkCreateInput";
        Field<NonNullGraphType<IdGraphType>>("personId");
    }
}

internal sealed class PersonPasswordLinkCreatePayloadType : PayloadType<CreatePasswordLinkResult>
{
    public PersonPasswordLinkCreatePayloadType() : base("PersonPasswordLinkCreatePayload")
    {
        Field<PersonType>("person").Resolve(context => context.Source.Value?.Person);
        Field<StringGraphType>("passwordLink").Description("Shown once, good for three days, in place of an earlier one. The old password works until it is used.")
            .Resolve(context => context.Source.Value is { } made ? PasswordLinkEndpoints.Link(context.Service<ApiOptions>(), made.LinkToken).AbsoluteUri : null);
    }
}

internal static class PersonPasswordLinkCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PersonPasswordLinkCreateInput input = context.GetArgument<PersonPasswordLinkCreateInput>("input");
        return PersonId.TryParse(input.PersonId, out PersonId person)
            ? Payload<CreatePasswordLinkResult>.Of(await context.Service<CreatePasswordLinkHandler>()
                .HandleAsync(new CreatePasswordLink(person), context.Actor(), context.CancellationToken))
            : Payload<CreatePasswordLinkResult>.Refused(PersonRemove.NotFound);
    }
}
