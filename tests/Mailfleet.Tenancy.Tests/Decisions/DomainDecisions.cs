using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Tests.Decisions;

public sealed class DomainDecisions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Tomorrow = Now.AddDays(1);
    private static readonly DomainName Name = DomainName.Parse("example.com");
    private static readonly Customer Acme = new(CustomerId.New(Now), "Acme", SubtreePath.Root, "cell1");
    private static readonly CustomerId Other = CustomerId.New(Now);
    private static readonly Actor Operator = Actor.Operator("root");

    [Fact]
    public void AnOperatorVouches()
    {
        CreateDomainStart start = Decide(Facts(), Operator).Value!;
        Assert.Equal(new DomainProven(start.Added.Domain, DomainProofKind.Vouched, "root", Now), start.Proven);
        Assert.Null(start.Added.ReservedUntil);
    }

    [Fact]
    public void AVisitorsOwnDomainWaitsForItsProof()
    {
        CreateDomainStart start = Decide(Facts(), Actor.Visitor).Value!;
        Assert.Null(start.Proven);
        Assert.Equal(Tomorrow, start.Added.ReservedUntil);
    }

    [Fact]
    public void TheHostVouchesForItsSubdomains() => Assert.NotNull(Decide(Facts(NameKind.FreeSubdomain), Actor.Visitor).Value!.Proven);

    [Fact]
    public void RefusesWhatIsReserved() => AssertRefused(ErrorCode.DomainReserved, "name", Decide(Facts(NameKind.Reserved), Operator));

    [Fact]
    public void RefusesALiveClaimOfAnybody()
    {
        AssertRefused(ErrorCode.DomainTaken, "name", Decide(Facts(claim: NameClaim.Proven(Name, Other, DomainId.New(Now))), Operator));
        AssertRefused(ErrorCode.DomainTaken, "name", Decide(Facts(claim: NameClaim.Pending(Name, Other, DomainId.New(Now), Now.AddTicks(1))), Operator));
        AssertRefused(ErrorCode.DomainTaken, "name", Decide(Facts(claim: NameClaim.Pending(Name, Acme.Id, DomainId.New(Now), Tomorrow)), Operator));
    }

    [Fact]
    public void AnExpiredClaimCountsAsFree() =>
        Assert.True(Decide(Facts(claim: NameClaim.Pending(Name, Other, DomainId.New(Now), Now)), Actor.Visitor).IsAccepted);

    [Fact]
    public void RefusesAForeignRelative() => AssertRefused(ErrorCode.DomainTaken, "name", Decide(Facts(hasForeignRelative: true), Operator));

    [Fact]
    public void RefusesACustomerThatIsNotThereOrNotInSight()
    {
        AssertRefused(ErrorCode.NotFound, "customerId", CreateDomainHandler.Decide(null, Facts(), Operator, Now));
        var seller = Actor.Of("seller", Role.ResellerOwner, SubtreePath.Root.Child(ResellerId.New(Now)));
        AssertRefused(ErrorCode.NotFound, "customerId", Decide(Facts(), seller));
    }

    [Fact]
    public void AProofNeedsTheRecordTheClaimAndTheTime()
    {
        Domain domain = Pending();
        NameFacts mine = new(NameKind.Own, NameClaim.Pending(Name, Acme.Id, domain.Id, Tomorrow), HasForeignRelative: false);
        NameFacts lost = mine with { Claim = NameClaim.Pending(Name, Other, DomainId.New(Now), Tomorrow) };

        Assert.Equal(
            new DomainProven(domain.Id, DomainProofKind.Txt, "sign-up", Now), ProveDomainHandler.Decide(Acme.Path, domain, mine, isTxtSeen: true, Actor.Visitor, Now).Value);
        AssertRefused(ErrorCode.DomainNotProven, "domainId", ProveDomainHandler.Decide(Acme.Path, domain, mine, isTxtSeen: false, Actor.Visitor, Now));
        AssertRefused(ErrorCode.DomainNotProven, "domainId", ProveDomainHandler.Decide(Acme.Path, domain, mine, isTxtSeen: true, Actor.Visitor, Tomorrow));
        AssertRefused(ErrorCode.DomainNotProven, "domainId", ProveDomainHandler.Decide(Acme.Path, domain, lost, isTxtSeen: true, Actor.Visitor, Now));
        AssertRefused(
            ErrorCode.DomainTaken, "domainId", ProveDomainHandler.Decide(Acme.Path, domain, mine with { HasForeignRelative = true }, isTxtSeen: true, Actor.Visitor, Now));
        AssertRefused(
            ErrorCode.DomainNotProven, "domainId",
            ProveDomainHandler.Decide(Acme.Path, domain with { Stage = DomainStage.Released }, mine, isTxtSeen: true, Actor.Visitor, Now));
        AssertRefused(ErrorCode.NotFound, "domainId", ProveDomainHandler.Decide(null, null, mine, isTxtSeen: true, Actor.Visitor, Now));
    }

    private static Domain Pending() => new(DomainId.New(Now), Acme.Id, Name, DomainStage.AwaitingProof, "mailfleet-verify=x", Tomorrow);

    private static CreateDomainFacts Facts(NameKind kind = NameKind.Own, NameClaim? claim = null, bool hasForeignRelative = false) =>
        new(DomainId.New(Now), Name, new NameFacts(kind, claim, hasForeignRelative), "mailfleet-verify=x", Tomorrow);

    private static Outcome<CreateDomainStart> Decide(CreateDomainFacts facts, Actor actor) => CreateDomainHandler.Decide(Acme, facts, actor, Now);

    private static void AssertRefused<T>(ErrorCode code, string field, Outcome<T> outcome) where T : class
    {
        Refusal refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((code, field), (refusal.Code, refusal.Field));
        Assert.Null(outcome.Value);
    }
}
