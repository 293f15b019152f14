using GraphQL;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Bulk;

internal sealed class DomainBulkCreateInputType() : BulkInputType<DomainCreateInputType, DomainCreateInput>("DomainBulkCreateInput");

internal sealed class DomainBulkCreatePayloadType() : BulkPayloadType<DomainCreatePayloadType, Payload<DomainRow>>("DomainBulkCreatePayload");

internal static class DomainBulkCreate
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) =>
        BulkMutation.RunAsync<DomainCreateInput, Payload<DomainRow>>(context, DomainCreate.RunAsync);
}
