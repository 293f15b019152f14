using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonSecondFactorResetInput(string PersonId);

internal sealed class PersonSecondFactorResetInputType : InputObjectGraphType<PersonSecondFactorResetInput>
{
    public PersonSecondFactorResetInputType()
    {
        Name = "PersonSecondFactorResetInput";
        Field<NonNullGraphType<IdGraphType>>("personId");
    }
}

internal sealed class PersonSecondFactorResetPayloadType : PayloadType<PersonRow>
{
    public PersonSecondFactorResetPayloadType() : base("PersonSecondFactorResetPayload") => Field<PersonType>("person").Resolve(context => context.Source.Value);
}

internal static class PersonSecondFactorReset
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PersonSecondFactorResetInput input = context.GetArgument<PersonSecondFactorResetInput>("input");
        return PersonId.TryParse(input.PersonId, out PersonId person)
            ? Payload<PersonRow>.Of(await context.Service<ResetSecondFactorHandler>()
                .HandleAsync(new ResetSecondFactor(person), context.Actor(), context.CancellationToken))
            : Payload<PersonRow>.Refused(PersonRemove.NotFound);
    }
}
