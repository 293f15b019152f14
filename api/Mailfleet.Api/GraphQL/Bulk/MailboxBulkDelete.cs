using GraphQL;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Tenancy.Mailboxes;

namespace Mailfleet.Api.GraphQL.Bulk;

internal sealed class MailboxBulkDeleteInputType() : BulkInputType<MailboxDeleteInputType, MailboxDeleteInput>("MailboxBulkDeleteInput");

internal sealed class MailboxBulkDeletePayloadType() : BulkPayloadType<MailboxDeletePayloadType, Payload<Mailbox>>("MailboxBulkDeletePayload");

internal static class MailboxBulkDelete
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) =>
        BulkMutation.RunAsync<MailboxDeleteInput, Payload<Mailbox>>(context, MailboxDelete.RunAsync);
}
