using GraphQL;
using Mailfleet.Api.GraphQL.Aliases;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Aliases;

namespace Mailfleet.Api.GraphQL.Bulk;

internal sealed class AliasBulkDeleteInputType() : BulkInputType<AliasDeleteInputType, AliasDeleteInput>("AliasBulkDeleteInput");

internal sealed class AliasBulkDeletePayloadType() : BulkPayloadType<AliasDeletePayloadType, Payload<Alias>>("AliasBulkDeletePayload");

internal static class AliasBulkDelete
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) =>
        BulkMutation.RunAsync<AliasDeleteInput, Payload<Alias>>(context, AliasDelete.RunAsync);
}
