using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonSetRoleInput(string PersonId, Role Role);

internal sealed class PersonSetRoleInputType : InputObjectGraphType<PersonSetRoleInput>
{
    public PersonSetRoleInputType()
    {
        Name = "PersonSetRoleInput";
        Field<NonNullGraphType<IdGraphType>>("personId");
        Field<NonNullGraphType<RoleType>>("role").Description("One of the same level.");
    }
}

internal sealed class PersonSetRolePayloadType : PayloadType<PersonRow>
{
    public PersonSetRolePayloadType() : base("PersonSetRolePayload") => Field<PersonType>("person").Resolve(context => context.Source.Value);
}

internal static class PersonSetRole
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PersonSetRoleInput input = context.GetArgument<PersonSetRoleInput>("input");
        return PersonId.TryParse(input.PersonId, out PersonId person)
            ? Payload<PersonRow>.Of(await context.Service<SetPersonRoleHandler>()
                .HandleAsync(new SetPersonRole(person, input.Role), context.Actor(), context.CancellationToken))
            : Payload<PersonRow>.Refused(PersonRemove.NotFound);
    }
}
