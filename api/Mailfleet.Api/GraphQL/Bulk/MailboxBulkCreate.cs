using GraphQL;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Bulk;

internal sealed class MailboxBulkCreateInputType() : BulkInputType<MailboxCreateInputType, MailboxCreateInput>("MailboxBulkCreateInput");

internal sealed class MailboxBulkCreatePayloadType() : BulkPayloadType<MailboxCreatePayloadType, Payload<MailboxRow>>("MailboxBulkCreatePayload");

internal static class MailboxBulkCreate
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) =>
        BulkMutation.RunAsync<MailboxCreateInput, Payload<MailboxRow>>(context, MailboxCreate.RunAsync);
}
