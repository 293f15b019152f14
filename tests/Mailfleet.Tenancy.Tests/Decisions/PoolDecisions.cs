using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Tests.Decisions;

public sealed class PoolDecisions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ResellerId Seller = ResellerId.New(Now);
    private static readonly SubtreePath SellerPath = SubtreePath.Root.Child(Seller);
    private static readonly CustomerId One = CustomerId.New(Now);
    private static readonly CustomerId Two = CustomerId.New(Now.AddSeconds(1));
    private static readonly Actor Operator = Actor.Operator("root");

    [Theory]
    [InlineData(10, 100, 9, 1, true)]
    [InlineData(10, 100, 9, 2, false)]
    [InlineData(10, 100, 12, 1, false)] // lowered below what is there
    [InlineData(10, 100, 12, -1, true)]
    [InlineData(10, 300, 9, 2, false)] // a mailbox is there or not: nothing to over-commit
    public void APoolTakesNoMoreThanItsLimit(long limit, int percent, long used, long amount, bool takes) =>
        Assert.Equal(takes, new Pool(SellerPath, PoolKind.Mailboxes, limit, percent, used).Takes(amount));

    [Fact]
    public void QuotasArePromisesAndMayBeOvercommitted()
    {
        var pool = new Pool(SellerPath, PoolKind.Bytes, 100, 250, 0);
        Assert.True(pool.Takes(250));
        Assert.False(pool.Takes(251));
        Assert.Equal(long.MaxValue, new Pool(SellerPath, PoolKind.Bytes, 1L << 60, 10_000, 0).Promisable);
    }

    [Fact]
    public void AChargeCountsOnceForEveryPoolAboveIt()
    {
        PoolCharge charge = new();
        charge.AddMailbox(SellerPath.Child(One), 7);
        charge.AddMailbox(SellerPath.Child(Two), 5);
        charge.RemoveMailbox(SellerPath.Child(Two), 1);
        Assert.Equal(11, charge.AmountOf(PoolKind.Bytes, SellerPath));
        Assert.Equal(7, charge.AmountOf(PoolKind.Bytes, SellerPath.Child(One)));
        Assert.Equal(1, charge.AmountOf(PoolKind.Mailboxes, SubtreePath.Root));
        Assert.Equal(0, charge.AmountOf(PoolKind.Domains, SubtreePath.Root));
        Assert.Equal([ResellerId.Root.Value, Seller.Value, One.Value, Two.Value], charge.Nodes);
    }

    [Fact]
    public void LimitsBelowComeToNoMoreThanMayBePromised()
    {
        Pool seller = new(SellerPath, PoolKind.Mailboxes, 100, 150, 0);
        Pool one = new(SellerPath.Child(One), PoolKind.Mailboxes, 90, 100, 0);
        Assert.True(Set([seller, one], Two, 60).IsAccepted);
        Refusal refusal = Assert.Single(Set([seller, one], Two, 61).Refusals);
        Assert.Equal((ErrorCode.LimitOvercommitted, "limit"), (refusal.Code, refusal.Field));
        Assert.Contains("151", refusal.Message, StringComparison.Ordinal);

        // Replacing one's own limit does not count it twice, and what is under a limited node counts there alone.
        Assert.True(Set([seller, one], One, 150).IsAccepted);
        Pool below = new(SellerPath.Child(One).Child(DomainId.New(Now)), PoolKind.Mailboxes, 90, 100, 0);
        Assert.True(Set([seller, one, below], Two, 60).IsAccepted);
    }

    [Fact]
    public void ALimitIsNotLoweredBelowWhatItHasPromised()
    {
        Pool seller = new(SellerPath, PoolKind.Mailboxes, 100, 100, 0);
        Pool one = new(SellerPath.Child(One), PoolKind.Mailboxes, 90, 100, 0);
        Assert.Equal(ErrorCode.LimitOvercommitted, Assert.Single(SetPoolLimitHandler.Decide(
            SellerPath, [seller, one], new SetPoolLimit(NodeId.Of(Seller), PoolKind.Mailboxes, 89), Operator).Refusals).Code);
        Assert.True(SetPoolLimitHandler.Decide(SellerPath, [seller, one], new SetPoolLimit(NodeId.Of(Seller), PoolKind.Mailboxes, 90), Operator).IsAccepted);
        Assert.True(SetPoolLimitHandler.Decide(SellerPath, [seller, one], new SetPoolLimit(NodeId.Of(Seller), PoolKind.Mailboxes, null), Operator).IsAccepted);
    }

    [Fact]
    public void NobodySetsTheirOwnLimit()
    {
        var seller = Actor.Of("seller", Role.ResellerOwner, SellerPath);
        Refusal own = Assert.Single(SetPoolLimitHandler.Decide(SellerPath, [], new SetPoolLimit(NodeId.Of(Seller), PoolKind.Mailboxes, 5), seller).Refusals);
        Assert.Equal(ErrorCode.Forbidden, own.Code);
        Refusal above = Assert.Single(SetPoolLimitHandler.Decide(SubtreePath.Root, [], new SetPoolLimit(NodeId.Root, PoolKind.Mailboxes, 5), seller).Refusals);
        Assert.Equal(ErrorCode.NotFound, above.Code);
        Assert.True(SetPoolLimitHandler.Decide(SubtreePath.Root, [], new SetPoolLimit(NodeId.Root, PoolKind.Mailboxes, 5), Operator).IsAccepted);
    }

    [Fact]
    public void WhatIsLeftIsTheLeastOfAllAbove()
    {
        SubtreePath place = SellerPath.Child(One);
        Entitlement found = Entitlement.Of(place, PoolKind.Mailboxes, [new(SellerPath, PoolKind.Mailboxes, 100, 100, 98), new(place, PoolKind.Mailboxes, 50, 100, 10)]);
        Assert.Equal((50, 10, 50, 2), (found.Limit, found.Used, found.EffectiveLimit, found.Left));
        Entitlement free = Entitlement.Of(place, PoolKind.Mailboxes, []);
        Assert.Equal((null, null, null), (free.Limit, free.EffectiveLimit, free.Left));
    }

    private static Outcome<Pool> Set(IReadOnlyList<Pool> around, CustomerId customer, long limit) =>
        SetPoolLimitHandler.Decide(SellerPath.Child(customer), around, new SetPoolLimit(NodeId.Of(customer), PoolKind.Mailboxes, limit), Operator);
}
