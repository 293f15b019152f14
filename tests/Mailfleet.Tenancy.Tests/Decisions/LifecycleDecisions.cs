using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Tests.Decisions;

public sealed class LifecycleDecisions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CustomerId Id = CustomerId.New(Now);
    private static readonly Customer Acme = new(Id, "Acme", SubtreePath.Root.Child(Id), "cell1");
    private static readonly Actor Operator = Actor.Operator("root");

    [Fact]
    public void TimeLeadsFromTheTrialToTheEndAndAnnouncesEachStep()
    {
        Customer customer = In(CustomerStage.Trial);
        List<(CustomerStage, int)> way = [];
        DateTimeOffset now = Now;
        while (customer.StageUntil is { } until)
        {
            Assert.Empty(LifecycleRules.Due(customer, PlanTerms.Defaults, until.AddDays(-7).AddSeconds(-1)));
            CustomerStageAnnounced announced = Assert.IsType<CustomerStageAnnounced>(Assert.Single(LifecycleRules.Due(customer, PlanTerms.Defaults, until.AddDays(-7))));
            customer = Customer.Apply(customer, announced)!;
            Assert.Empty(LifecycleRules.Due(customer, PlanTerms.Defaults, until.AddSeconds(-1)));
            CustomerStageSet step = Assert.IsType<CustomerStageSet>(Assert.Single(LifecycleRules.Due(customer, PlanTerms.Defaults, until)));
            Assert.Equal((customer.Stage, announced.Next), (step.From, step.To));
            way.Add((step.From, (int)(until - now).TotalDays));
            customer = Customer.Apply(customer, step)!;
            now = until;
        }

        Assert.Equal(
            [
                (CustomerStage.Trial, 30), (CustomerStage.PastDue, 14), (CustomerStage.SendingBlocked, 14), (CustomerStage.AccessBlocked, 14), (CustomerStage.Deferring, 7),
                (CustomerStage.Rejecting, 30), (CustomerStage.ExportOnly, 30),
            ],
            way);
        Assert.Equal(CustomerStage.Purged, customer.Stage);
    }

    [Fact]
    public void WhoeverIsLateTakesOneStepWhoseNextStageLastsItsWholeTime()
    {
        Customer customer = In(CustomerStage.Trial);
        DateTimeOffset late = Now.AddDays(400);
        IReadOnlyList<object> due = LifecycleRules.Due(customer, PlanTerms.Defaults, late);
        Assert.Equal(2, due.Count);
        Assert.IsType<CustomerStageAnnounced>(due[0]);
        Assert.Equal((CustomerStage.PastDue, late.AddDays(14)), due[1] is CustomerStageSet step ? (step.To, step.Until) : default);
        Customer after = due.Aggregate(customer, (state, change) => Customer.Apply(state, change)!);
        Assert.Empty(LifecycleRules.Due(after, PlanTerms.Defaults, late)); // twice comes to the same
    }

    [Fact]
    public void AHoldStopsTimeAndItsReleaseLeavesTheNotice()
    {
        Customer held = Customer.Apply(In(CustomerStage.SendingBlocked), new CustomerHeld(Id, "A dispute", "root", Now))!;
        DateTimeOffset late = Now.AddDays(400);
        Assert.Empty(LifecycleRules.Due(held, PlanTerms.Defaults, late));
        CustomerHoldReleased released = ReleaseCustomerHandler.Decide(held, PlanTerms.Defaults, Operator, late);
        Assert.Equal((late.AddDays(7), late), (released.Until, released.NoticeAt));
        CustomerHoldReleased early = ReleaseCustomerHandler.Decide(held, PlanTerms.Defaults, Operator, Now.AddDays(1));
        Assert.Equal(held.StageUntil, early.Until);
    }

    [Fact]
    public void APersonMovesACustomerAnywhereButToItsEndAndNotBackFromThere()
    {
        var command = new SetCustomerStage(Id, CustomerStage.Active, "Paid");
        CustomerStageSet set = SetCustomerStageHandler.Decide(In(CustomerStage.Rejecting), PlanTerms.Defaults, command, Operator, Now).Value!;
        Assert.Equal((CustomerStage.Active, null, null), (set.To, set.Until, set.NoticeAt));
        Assert.Equal(ErrorCode.CustomerPurged, Assert.Single(SetCustomerStageHandler.Decide(In(CustomerStage.Purged), PlanTerms.Defaults, command, Operator, Now).Refusals).Code);
        var stranger = Actor.Of("owner", Role.ResellerOwner, SubtreePath.Root.Child(ResellerId.New(Now)));
        Assert.Equal(ErrorCode.NotFound, Assert.Single(SetCustomerStageHandler.Decide(Acme, PlanTerms.Defaults, command, stranger, Now).Refusals).Code);
        var owner = Actor.Of("owner", Role.CustomerOwner, Acme.Path);
        Assert.Equal(ErrorCode.Forbidden, Assert.Single(SetCustomerStageHandler.Decide(Acme, PlanTerms.Defaults, command, owner, Now).Refusals).Code);
    }

    [Fact]
    public void EveryStageHasAStateForTheWireAndSendingGoesFirst()
    {
        Assert.All(Enum.GetValues<CustomerStage>(), stage => Assert.True(Enum.IsDefined(LifecycleRules.StateOf(stage))));
        Assert.Equal(CustomerState.Active, LifecycleRules.StateOf(CustomerStage.PastDue)); // the first failed card cuts no mail
        Assert.Equal(CustomerState.SendingBlocked, LifecycleRules.StateOf(LifecycleRules.Next(CustomerStage.PastDue)!.Value));
    }

    [Fact]
    public void PinnedTermsStandAboveThePlanAndThePlanAboveTheDefaults()
    {
        PlanTerms pinned = new() { TrialDays = 90 };
        PlanTerms plan = new() { TrialDays = 14, MaxMailboxes = 5 };
        PlanTerms terms = pinned.Over(plan).Over(PlanTerms.Defaults);
        Assert.Equal((90, 5, 14, null), (terms.TrialDays, terms.MaxMailboxes, terms.PastDueDays, terms.MaxDomains));

        // Every property is inherited: one that Over forgot would be lost without a word.
        foreach (System.Reflection.PropertyInfo property in typeof(PlanTerms).GetProperties().Where(p => p.SetMethod is not null))
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object value = type == typeof(string) ? "text" : Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture);
            PlanTerms one = new();
            property.SetValue(one, value);
            Assert.Equal(value, property.GetValue(PlanTerms.Nothing.Over(one)));
        }
    }

    private static Customer In(CustomerStage stage) => Customer.Apply(Acme, LifecycleRules.Enter(Acme, stage, PlanTerms.Defaults, "Test", "root", Now))!;
}
