using System.Net;
using Mailfleet.Filter.Bans;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Filter.Tests;

public sealed class PeerPolicyTests
{
    private static readonly DefenceLimits Limits = new()
    {
        AddressOffences = new BucketLimit(10, 10),
        NetworkOffences = new BucketLimit(50, 50),
        AddressConnections = new BucketLimit(20, 3_600),
        NetworkConnections = new BucketLimit(60, 3_600),
        AddressMessages = new BucketLimit(3, 3_600),
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly PeerPolicy _policy;

    public PeerPolicyTests() => _policy = new PeerPolicy(Limits, _clock, NullLogger<PeerPolicy>.Instance);

    [Fact]
    public void MisdeedsAddUpToABanThatEnds()
    {
        Offend("192.0.2.1", 9);
        Assert.True(Admits("192.0.2.1"));
        Offend("192.0.2.1", 1);
        Assert.False(Admits("192.0.2.1"));
        Assert.False(Admits("::ffff:192.0.2.1"));
        Assert.True(Admits("192.0.2.2"));
        Assert.True(_policy.Made.TryRead(out (NetworkPrefix Prefix, string Reason) made));
        Assert.Equal("192.0.2.1", made.Prefix.ToString());
        Assert.False(_policy.Made.TryRead(out _));

        _clock.Advance(Limits.FirstBan);
        Assert.True(Admits("192.0.2.1"));
    }

    [Fact]
    public void NewLimitsCountAtOnceForWhatStandsAgainstAPeer()
    {
        Offend("192.0.2.1", 6);
        Assert.True(_policy.TakesMessage(IPAddress.Parse("192.0.2.1")));
        _policy.Reload(Limits with { AddressOffences = new BucketLimit(7, 10), AddressMessages = new BucketLimit(1, 1), FirstBan = TimeSpan.FromMinutes(1) });
        Assert.False(_policy.TakesMessage(IPAddress.Parse("192.0.2.1")));
        Assert.True(Admits("192.0.2.1"));
        Offend("192.0.2.1", 1);
        Assert.False(Admits("192.0.2.1"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(Admits("192.0.2.1"));
    }

    [Fact]
    public void Ipv6SubscriberIsBannedWhole()
    {
        for (int i = 0; i < 10; i++)
            Offend($"2001:db8::{i}", 1);
        Assert.False(Admits("2001:db8::ffff"));
        Assert.True(Admits("2001:db8:0:1::1"));
    }

    [Fact]
    public void MisdeedsOfOldAreForgotten()
    {
        for (int hour = 0; hour < 100; hour++)
        {
            Offend("192.0.2.1", 9);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.True(Admits("192.0.2.1"));
    }

    [Fact]
    public void NetworkOfManyAttackersIsBannedButNotWhereUsersComeFrom()
    {
        _policy.HasEnded(IPAddress.Parse("192.0.2.200"), new SessionTally { IsLoggedIn = true });
        for (int i = 1; i <= 6; i++)
            Offend($"192.0.2.{i}", 9);
        Assert.False(Admits("192.0.2.100"));
        Assert.True(Admits("192.0.2.200"));
        Assert.True(Admits("198.51.100.1"));

        Offend("192.0.2.200", 10);
        Assert.False(Admits("192.0.2.200"));
    }

    [Fact]
    public void FloodOfConnectionsIsRefusedAndThenBanned()
    {
        int admitted = 0;
        for (int i = 0; i < 100; i++)
            admitted += Admits("192.0.2.1") ? 1 : 0;
        Assert.Equal(20, admitted);
        Assert.Equal(BanKind.Address, _policy.Bans.Find(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void NetworkHasARateOfItsOwn()
    {
        int admitted = 0;
        for (int i = 0; i < 200; i++)
            admitted += Admits($"192.0.2.{i}") ? 1 : 0;
        Assert.Equal(60, admitted);
        Assert.True(Admits("198.51.100.1"));
    }

    [Fact]
    public void MessagesHaveARate()
    {
        IPAddress address = IPAddress.Parse("192.0.2.1");
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => _policy.TakesMessage(address)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_policy.TakesMessage(address));
        Assert.False(_policy.TakesMessage(address));
    }

    [Fact]
    public void AddressThatHasWaitedIsRememberedForAWhile()
    {
        IPAddress address = IPAddress.Parse("192.0.2.1");
        Assert.False(_policy.HasWaited(address));
        _policy.HasEnded(address, new SessionTally { HasWaited = true });
        Assert.True(_policy.HasWaited(address));
        _clock.Advance(Limits.RememberedFor);
        Assert.False(_policy.HasWaited(address));
    }

    [Fact]
    public void GoodSessionsCostNothing()
    {
        for (int i = 0; i < 1_000; i++)
            _policy.HasEnded(IPAddress.Parse("192.0.2.1"), new SessionTally { Outcome = SessionOutcome.Quit, Messages = 1 });
        Assert.True(Admits("192.0.2.1"));
    }

    [Fact]
    public void BansAreBoundedAndTheRestIsStillRefusedByRate()
    {
        PeerPolicy small = new(Limits with { Addresses = 3, NetworkOffences = new BucketLimit(100_000, 1) }, _clock, NullLogger<PeerPolicy>.Instance);
        for (int i = 0; i < 100; i++)
            small.HasEnded(IPAddress.Parse($"10.0.{i}.1"), new SessionTally { Offences = 10 });
        Assert.Equal(3, small.Bans.Count);
        _clock.Advance(Limits.FirstBan);
        small.Bans.Prune();
        Assert.Equal(0, small.Bans.Count);
    }

    private bool Admits(string address) => _policy.Admits(IPAddress.Parse(address));

    private void Offend(string address, int points) => _policy.HasEnded(IPAddress.Parse(address), new SessionTally { Offences = points });
}
