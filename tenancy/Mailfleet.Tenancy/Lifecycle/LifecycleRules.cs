using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Plans;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>What time does to a customer.</summary>
internal static class LifecycleRules
{
    /// <summary>The stage that follows by itself; null where time alone changes nothing.</summary>
    public static CustomerStage? Next(CustomerStage stage) => stage switch
    {
        CustomerStage.Trial => CustomerStage.PastDue, // with the grace of anybody who owes something
        CustomerStage.PastDue => CustomerStage.SendingBlocked,
        CustomerStage.SendingBlocked => CustomerStage.AccessBlocked,
        CustomerStage.AccessBlocked => CustomerStage.Deferring,
        CustomerStage.Deferring => CustomerStage.Rejecting,
        CustomerStage.Rejecting => CustomerStage.ExportOnly,
        CustomerStage.ExportOnly => CustomerStage.Purged,
        _ => null,
    };

    /// <summary>When a stage that begins now ends by itself; null for never.</summary>
    public static DateTimeOffset? EndOf(CustomerStage stage, PlanTerms terms, DateTimeOffset now) =>
        Next(stage) is not null && terms.DaysOf(stage) is { } days ? now.AddDays(days) : null;

    public static DateTimeOffset? NoticeOf(DateTimeOffset? until, PlanTerms terms) => until?.AddDays(-(terms.NoticeDays ?? 0));

    /// <summary>What a cell is told.</summary>
    public static CustomerState StateOf(CustomerStage stage) => stage switch
    {
        CustomerStage.Trial or CustomerStage.Active or CustomerStage.PastDue => CustomerState.Active,
        CustomerStage.SendingBlocked => CustomerState.SendingBlocked,
        CustomerStage.AccessBlocked => CustomerState.AccessBlocked,
        CustomerStage.Deferring => CustomerState.Deferring,
        CustomerStage.Rejecting => CustomerState.Rejecting,
        CustomerStage.ExportOnly => CustomerState.ExportOnly,
        CustomerStage.Purged => CustomerState.Purged,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "A stage without a state."),
    };

    public static CustomerStageSet Enter(Customer customer, CustomerStage stage, PlanTerms terms, string reason, string by, DateTimeOffset now)
    {
        DateTimeOffset? until = EndOf(stage, terms, now);
        return new CustomerStageSet(customer.Id, customer.Stage, stage, until, NoticeOf(until, terms), terms.RefusalText, reason, by, now);
    }

    /// <summary>
    /// What is due for a customer now: an announcement, a step, or, where both are late, one after the other. A stage that ended long ago is followed by one
    /// step, and the next stage lasts its whole time: whoever was late was us.
    /// </summary>
    public static IReadOnlyList<object> Due(Customer customer, PlanTerms terms, DateTimeOffset now)
    {
        if (customer.IsHeld || customer.StageUntil is not { } until || Next(customer.Stage) is not { } next || now < (customer.NoticeAt ?? until))
            return [];

        List<object> due = [];
        if (customer.NoticeAt is not null)
            due.Add(new CustomerStageAnnounced(customer.Id, next, until, now));
        if (now >= until)
            due.Add(Enter(customer, next, terms, $"{customer.Stage} ended on {until.UtcDateTime:yyyy-MM-dd}.", "lifecycle", now));
        return due;
    }
}
