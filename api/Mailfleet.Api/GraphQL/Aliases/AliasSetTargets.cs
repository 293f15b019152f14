using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

internal sealed record AliasSetTargetsInput(string AliasId, string[] Targets);

internal sealed class AliasSetTargetsInputType : InputObjectGraphType<AliasSetTargetsInput>
{
    public AliasSetTargetsInputType()
    {
        Name = "AliasSetTargetsInput";
        Field<NonNullGraphType<IdGraphType>>("aliasId");
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("targets").Description("All of them: those left out are no longer led to.");
    }
}

internal sealed class AliasSetTargetsPayloadType : PayloadType<AliasRow>
{
    public AliasSetTargetsPayloadType() : base("AliasSetTargetsPayload") => Field<AliasType>("alias").Resolve(context => context.Source.Value);
}

internal static class AliasSetTargets
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        AliasSetTargetsInput input = context.GetArgument<AliasSetTargetsInput>("input");
        if (await AliasLookup.FindAsync(context, input.AliasId) is not { } row)
            return Payload<AliasRow>.Refused(AliasLookup.NotFound);

        var command = new SetAliasTargets(row.Customer, row.Id, input.Targets);
        return await AliasLookup.AnswerAsync(
            context, await context.Service<SetAliasTargetsHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
