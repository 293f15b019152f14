using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

internal sealed record AliasCreateInput(string DomainId, string LocalPart, string[] Targets, bool? IsForward);

internal sealed class AliasCreateInputType : InputObjectGraphType<AliasCreateInput>
{
    public AliasCreateInputType()
    {
        Name = "AliasCreateInput";
        Field<NonNullGraphType<IdGraphType>>("domainId");
        Field<NonNullGraphType<StringGraphType>>("localPart").Description("`*` takes whatever nobody else has in the domain.");
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("targets")
            .Description("Addresses here or elsewhere. A catch-all may have the one target `*@domain`, which makes its domain an alias of that one.");
        Field<BooleanGraphType>("isForward").Description("It goes before the mailbox of its address; name that address among the targets to keep a copy.");
    }
}

internal sealed class AliasCreatePayloadType : PayloadType<AliasRow>
{
    public AliasCreatePayloadType() : base("AliasCreatePayload") => Field<AliasType>("alias").Resolve(context => context.Source.Value);
}

internal static class AliasCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) =>
        await RunAsync(context, context.GetArgument<AliasCreateInput>("input"));

    public static async Task<Payload<AliasRow>> RunAsync(IResolveFieldContext context, AliasCreateInput input)
    {
        FleetLists lists = context.Service<FleetLists>();
        DomainRow? domain = DomainId.TryParse(input.DomainId, out DomainId id)
            ? await lists.Domains.FindAsync(context.Actor(), id, context.CancellationToken)
            : null;
        if (domain is null)
            return Payload<AliasRow>.Refused(new Refusal(ErrorCode.NotFound, "domainId", "There is no such domain."));

        var command = new CreateAlias(domain.Customer, domain.Id, input.LocalPart, input.Targets, input.IsForward ?? false);
        Outcome<Alias> outcome = await context.Service<CreateAliasHandler>().HandleAsync(command, context.Actor(), context.CancellationToken);
        return await AliasLookup.AnswerAsync(context, outcome);
    }
}
