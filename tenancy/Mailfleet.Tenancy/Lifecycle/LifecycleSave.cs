using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>Saves changes of a customer's life with their entries in the audit, at the version they were decided on.</summary>
internal static class LifecycleSave
{
    public static async Task<Outcome<Customer>> SaveAsync(
        IDocumentSession session, Loaded<Customer> customer, IReadOnlyList<object> changes, Actor actor, CancellationToken cancellationToken)
    {
        Queue(session, customer, changes, actor);
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Customer>.Accepted(changes.Aggregate(customer.State, (state, change) => Customer.Apply(state, change)!))
            : Outcome<Customer>.Refused(Concurrency.Refusal("customerId"));
    }

    public static void Queue(IDocumentSession session, Loaded<Customer> customer, IReadOnlyList<object> changes, Actor actor)
    {
        session.Events.Append(customer.State.Id.Value, customer.Version + changes.Count, changes);
        foreach (object change in changes)
        {
            (AuditAction action, DateTimeOffset at, object? before, object after) = change switch
            {
                CustomerStageSet e => (AuditAction.CustomerStageSet, e.At, (object?)new { Stage = e.From }, (object)new { Stage = e.To, e.Until, e.Reason }),
                CustomerStageAnnounced e => (AuditAction.CustomerStageAnnounced, e.At, null, new { e.Next, e.DueAt }),
                CustomerHeld e => (AuditAction.CustomerHeld, e.At, null, new { e.Reason }),
                CustomerHoldReleased e => (AuditAction.CustomerHoldReleased, e.At, null, new { e.Until }),
                _ => throw new ArgumentException($"{change.GetType().Name} is no change of a customer's life.", nameof(changes)),
            };
            AuditTrail.Record(session, actor, new AuditChange(action, customer.State.Id.Value, customer.State.Path, before, after), at);
        }
    }
}
