using GraphQL;
using Mailfleet.Api.GraphQL.Aliases;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Bulk;

internal sealed class AliasBulkCreateInputType() : BulkInputType<AliasCreateInputType, AliasCreateInput>("AliasBulkCreateInput");

internal sealed class AliasBulkCreatePayloadType() : BulkPayloadType<AliasCreatePayloadType, Payload<AliasRow>>("AliasBulkCreatePayload");

internal static class AliasBulkCreate
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) =>
        BulkMutation.RunAsync<AliasCreateInput, Payload<AliasRow>>(context, AliasCreate.RunAsync);
}
