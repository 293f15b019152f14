using GraphQL;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Audit;

internal static class AuditEvents
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Actor actor = context.Actor();
        Forbidden.ThrowUnless(actor, Right.ReadAudit);
        FleetAudit audit = context.Service<FleetAudit>();
        AuditFilter filter = AuditEventFilterType.Read(context);
        Page<AuditRow> page = await audit.PageAsync(actor, context.ReadPage<AuditId>(), filter, context.CancellationToken);
        return new Connection<AuditRow>(page, async cancellationToken => await audit.CountAsync(actor, filter, cancellationToken));
    }
}
