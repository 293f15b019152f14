using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonRemoveInput(string PersonId);

internal sealed class PersonRemoveInputType : InputObjectGraphType<PersonRemoveInput>
{
    public PersonRemoveInputType()
    {
        Name = "PersonRemoveInput";
        Field<NonNullGraphType<IdGraphType>>("personId");
    }
}

internal sealed class PersonRemovePayloadType : PayloadType<PersonRow>
{
    public PersonRemovePayloadType() : base("PersonRemovePayload") =>
        Field<IdGraphType>("removedPersonId").Resolve(context => context.Source.Value?.Id.Value);
}

internal static class PersonRemove
{
    public static Refusal NotFound { get; } = new(ErrorCode.NotFound, "personId", "There is no such person.");

    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PersonRemoveInput input = context.GetArgument<PersonRemoveInput>("input");
        return PersonId.TryParse(input.PersonId, out PersonId person)
            ? Payload<PersonRow>.Of(await context.Service<RemovePersonHandler>().HandleAsync(new RemovePerson(person), context.Actor(), context.CancellationToken))
            : Payload<PersonRow>.Refused(NotFound);
    }
}
