using GraphQL.Types;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Audit;

internal sealed class AuditActionType : EnumerationGraphType<AuditAction>
{
    public AuditActionType()
    {
        Name = "AuditAction";
        Description = "What was done. Actions are added, never renamed.";
    }
}

internal sealed class AuditEventType : ObjectGraphType<AuditRow>
{
    public AuditEventType()
    {
        Name = "AuditEvent";
        Description = "One change: who, on behalf of whom, what, before and after, from where. Written together with the change, never altered.";
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<DateTimeType>>("at").Resolve(context => context.Source.At);
        Field<NonNullGraphType<StringGraphType>>("actor").Description("Log-in of whoever did it; `sign-up` for a visitor.").Resolve(context => context.Source.Actor);
        Field<IdGraphType>("actorId").Description("The person or the token behind it; null for what acts by itself.").Resolve(context => context.Source.ActorId);
        Field<NonNullGraphType<RoleType>>("role").Description("The actor's role at that time.").Resolve(context => context.Source.Role);
        Field<StringGraphType>("onBehalfOf").Description("The customer whose place the actor had taken.").Resolve(context => context.Source.OnBehalfOf);
        Field<NonNullGraphType<AuditActionType>>("action").Resolve(context => context.Source.Action);
        Field<NonNullGraphType<IdGraphType>>("objectId").Resolve(context => context.Source.ObjectId);
        Field<JsonType>("before").Description("What changed, as it was; null for something new.").Resolve(context => context.Source.Before);
        Field<JsonType>("after").Description("The same as it became; null for something removed.").Resolve(context => context.Source.After);
        Field<StringGraphType>("source").Description("The client's address.").Resolve(context => context.Source.Source);
    }
}

internal sealed class AuditEventEdgeType() : EdgeType<AuditEventType, AuditRow>("AuditEventEdge");

internal sealed class AuditEventConnectionType() : ConnectionType<AuditEventType, AuditEventEdgeType, AuditRow>("AuditEventConnection", row => row.Id.Value);
