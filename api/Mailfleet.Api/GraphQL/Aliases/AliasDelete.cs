using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Aliases;

namespace Mailfleet.Api.GraphQL.Aliases;

internal sealed record AliasDeleteInput(string AliasId);

internal sealed class AliasDeleteInputType : InputObjectGraphType<AliasDeleteInput>
{
    public AliasDeleteInputType()
    {
        Name = "AliasDeleteInput";
        Field<NonNullGraphType<IdGraphType>>("aliasId");
    }
}

internal sealed class AliasDeletePayloadType : PayloadType<Alias>
{
    public AliasDeletePayloadType() : base("AliasDeletePayload") =>
        Field<IdGraphType>("deletedAliasId").Resolve(context => context.Source.Value?.Id.Value);
}

internal static class AliasDelete
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) => await RunAsync(context, context.GetArgument<AliasDeleteInput>("input"));

    public static async Task<Payload<Alias>> RunAsync(IResolveFieldContext context, AliasDeleteInput input)
    {
        if (await AliasLookup.FindAsync(context, input.AliasId) is not { } row)
            return Payload<Alias>.Refused(AliasLookup.NotFound);

        return Payload<Alias>.Of(await context.Service<DeleteAliasHandler>()
            .HandleAsync(new DeleteAlias(row.Customer, row.Id), context.Actor(), context.CancellationToken));
    }
}
