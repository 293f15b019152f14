using GraphQL;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

/// <summary>Leads from the id in an input to the alias and so to its tenant, as far as the caller sees; and from an outcome to its row.</summary>
internal static class AliasLookup
{
    public static Refusal NotFound { get; } = new(ErrorCode.NotFound, "aliasId", "There is no such alias.");

    public static async Task<AliasRow?> FindAsync(IResolveFieldContext context, string aliasId) => AliasId.TryParse(aliasId, out AliasId id)
        ? await context.Service<FleetLists>().Aliases.FindAsync(context.Actor(), id, context.CancellationToken)
        : null;

    public static async Task<Payload<AliasRow>> AnswerAsync(IResolveFieldContext context, Outcome<Alias> outcome) => outcome.Value is { } alias
        ? Payload<AliasRow>.Accepted((await context.Service<FleetLists>().Aliases.FindAsync(context.Actor(), alias.Id, context.CancellationToken))!)
        : Payload<AliasRow>.Refused(outcome.Refusals);
}
