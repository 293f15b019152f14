using GraphQL;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Mailboxes;

/// <summary>Leads from the id in an input to the mailbox and so to its tenant, as far as the caller sees.</summary>
internal static class MailboxLookup
{
    public static Refusal NotFound { get; } = new(ErrorCode.NotFound, "mailboxId", "There is no such mailbox.");

    public static async Task<MailboxRow?> FindAsync(IResolveFieldContext context, string mailboxId) =>
        MailboxId.TryParse(mailboxId, out MailboxId id)
            ? await context.Service<FleetLists>().Mailboxes.FindAsync(context.Actor(), id, context.CancellationToken)
            : null;
}
