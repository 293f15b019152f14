using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>A step that time alone would take.</summary>
/// <param name="IsHeld">It will not, until the hold is released.</param>
public sealed record LifecycleForecastStep(CustomerId Customer, string Name, CustomerStage From, CustomerStage To, DateTimeOffset At, bool IsHeld);

/// <param name="IsComplete">False when more customers are concerned than are shown.</param>
public sealed record LifecycleForecastResult(IReadOnlyList<LifecycleForecastStep> Steps, bool IsComplete);

/// <summary>What the next days would do to the customers at a place and below, if nobody did anything. By the rules of the job itself; changes nothing.</summary>
public sealed class LifecycleForecast
{
    public const int MaxDays = 365;
    private const int MaxCustomers = 1000; // an answer that people read

    private readonly TenantSessions _sessions;
    private readonly LifecycleTable _table;
    private readonly BusinessClock _clock;

    internal LifecycleForecast(TenantSessions sessions, LifecycleTable table, BusinessClock clock) => (_sessions, _table, _clock) = (sessions, table, clock);

    /// <summary>Steps in the order of their time; none for who may not read customers.</summary>
    public async Task<LifecycleForecastResult> ReadAsync(Actor actor, int days, CancellationToken cancellationToken)
    {
        if (!actor.May(Right.ReadCustomers))
            return new LifecycleForecastResult([], IsComplete: true);
        DateTimeOffset now = _clock.GetUtcNow();
        DateTimeOffset end = now.AddDays(Math.Clamp(days, 0, MaxDays));
        IReadOnlyList<ScheduledCustomer> customers = await _table.ReadScheduleAsync(actor.Place, end, MaxCustomers + 1, cancellationToken);
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        IReadOnlyDictionary<CustomerId, PlanTerms> terms = await PlanTable.TermsOfAsync(session, [.. customers.Select(customer => customer.Id)], cancellationToken);
        return new LifecycleForecastResult(
            [.. customers.Take(MaxCustomers).SelectMany(customer => Steps(customer, terms.GetValueOrDefault(customer.Id, PlanTerms.Defaults), now, end)).OrderBy(step => step.At)],
            customers.Count <= MaxCustomers);
    }

    // A step that is overdue would be taken now, and what follows counts from then.
    internal static IEnumerable<LifecycleForecastStep> Steps(ScheduledCustomer customer, PlanTerms terms, DateTimeOffset now, DateTimeOffset end)
    {
        CustomerStage stage = customer.Stage;
        DateTimeOffset? at = customer.DueAt < now ? now : customer.DueAt;
        while (at is { } moment && moment <= end && LifecycleRules.Next(stage) is { } next)
        {
            yield return new LifecycleForecastStep(customer.Id, customer.Name, stage, next, moment, customer.IsHeld);
            if (customer.IsHeld)
                yield break;
            (stage, at) = (next, LifecycleRules.EndOf(next, terms, moment));
        }
    }
}
