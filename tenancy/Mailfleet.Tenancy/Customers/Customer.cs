using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Plans;

namespace Mailfleet.Tenancy.Customers;

/// <param name="Path">Place of the parent.</param>
public sealed record CustomerCreated(CustomerId Customer, ResellerId Parent, SubtreePath Path, string Name, DateTimeOffset At);

/// <summary>The customer lives in this cell from now on; the reason is kept for whoever asks later.</summary>
public sealed record CustomerPlaced(CustomerId Customer, string Cell, string Reason, DateTimeOffset At);

/// <summary>A company, school or office: the tenant.</summary>
/// <param name="Path">Its own place in the tree.</param>
public sealed record Customer(CustomerId Id, string Name, SubtreePath Path, string? Cell) : IEventSourced<Customer>
{
    public PlanId? Plan { get; init; }

    /// <summary>What was agreed with this customer and stands above its plan.</summary>
    public PlanTerms Pinned { get; init; } = PlanTerms.Nothing;

    public CustomerStage Stage { get; init; } = CustomerStage.Active;

    /// <summary>When the stage ends by itself; null for never.</summary>
    public DateTimeOffset? StageUntil { get; init; }

    /// <summary>When the end of the stage is to be announced; null where it never ends or has been.</summary>
    public DateTimeOffset? NoticeAt { get; init; }

    public bool IsHeld { get; init; }

    public static Customer? Apply(Customer? state, object change) => (state, change) switch
    {
        (null, CustomerCreated e) => new Customer(e.Customer, e.Name, e.Path.Child(e.Customer), Cell: null),
        ({ } customer, CustomerPlaced e) => customer with { Cell = e.Cell },
        ({ } customer, CustomerPlanSet e) => customer with { Plan = e.Plan },
        ({ } customer, CustomerTermsPinned e) => customer with { Pinned = e.Terms },
        ({ } customer, CustomerStageSet e) => customer with { Stage = e.To, StageUntil = e.Until, NoticeAt = e.NoticeAt },
        ({ } customer, CustomerStageAnnounced) => customer with { NoticeAt = null },
        ({ } customer, CustomerHeld) => customer with { IsHeld = true },
        ({ } customer, CustomerHoldReleased e) => customer with { IsHeld = false, StageUntil = e.Until, NoticeAt = e.NoticeAt },
        _ => state,
    };
}
