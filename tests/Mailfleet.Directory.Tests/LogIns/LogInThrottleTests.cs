using System.Globalization;
using System.Net;
using Mailfleet.Directory.LogIns;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Directory.Tests.LogIns;

public sealed class LogInThrottleTests
{
    private const string Attacker = "192.0.2.66";
    private const string Home = "198.51.100.7";
    private const string Anna = "anna@shop.test";

    private static readonly LogInLimits Limits = new()
    {
        Pair = new BucketLimit(3, 60),
        Address = new BucketLimit(6, 60),
        Network = new BucketLimit(12, 60),
        Account = new BucketLimit(9, 60),
        DelayStep = TimeSpan.FromSeconds(1),
        MaxDelay = TimeSpan.FromSeconds(4),
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly LogInThrottle _throttle;
    private int _guesses;

    public LogInThrottleTests() => _throttle = new LogInThrottle(Limits, _clock, NullLogger.Instance);

    [Fact]
    public void RefusalsWaitLongerWithEachFailureAndThenAreNotJudged()
    {
        Assert.Equal([0.0, 1, 2], Enumerable.Range(0, 3).Select(_ => Guess(Anna, Attacker)!.Value));
        Assert.Null(Guess(Anna, Attacker));
        Assert.Equal(TimeSpan.FromSeconds(4), Begin(Anna, Attacker, "x").Delay);
    }

    [Fact]
    public void AddressThatTriesOneAccountAfterTheOtherIsRefused()
    {
        for (int i = 0; i < 6; i++)
            Assert.NotNull(Guess($"user{i}@shop.test", Attacker));
        Assert.Null(Guess("user6@shop.test", Attacker));
        Assert.NotNull(Guess("user6@shop.test", Home));
    }

    [Theory]
    [InlineData("192.0.2.{0}")]
    [InlineData("2001:db8:5:{0}::1")]
    public void NetworkIsRefusedHoweverManyAddressesItHas(string address)
    {
        for (int i = 0; i < 12; i++)
            Assert.NotNull(Guess($"user{i}@shop.test", string.Format(CultureInfo.InvariantCulture, address, i)));
        Assert.Null(Guess("user@shop.test", string.Format(CultureInfo.InvariantCulture, address, 200)));
        Assert.NotNull(Guess("user@shop.test", "203.0.113.1"));
    }

    [Fact]
    public void NewLimitsCountAtOnceForWhatHasBeenTried()
    {
        Assert.NotNull(Guess(Anna, Attacker));
        Assert.NotNull(Guess(Anna, Attacker));
        _throttle.Reload(Limits with { Pair = new BucketLimit(2, 60), MaxDelay = TimeSpan.FromSeconds(1) });
        Assert.Null(Guess(Anna, Attacker));
        Assert.Equal(TimeSpan.FromSeconds(1), Begin(Anna, Attacker, "x").Delay);
        _throttle.Reload(Limits);
        Assert.NotNull(Guess(Anna, Attacker));
    }

    [Fact]
    public void Ipv6SubscriberIsOneAddress()
    {
        for (int i = 0; i < 6; i++)
            Assert.NotNull(Guess($"user{i}@shop.test", $"2001:db8::{i}"));
        Assert.Null(Guess("user@shop.test", "2001:db8::ffff:1"));
    }

    [Fact]
    public void MappedAddressIsTheSameAddress()
    {
        for (int i = 0; i < 6; i++)
            Assert.NotNull(Guess($"user{i}@shop.test", Attacker));
        Assert.Null(Guess("user@shop.test", $"::ffff:{Attacker}"));
    }

    [Fact]
    public void AttackOnAnAccountFromEverywhereStopsStrangersNotItsOwner()
    {
        Succeed(Anna, Home);
        for (int i = 0; i < 9; i++)
            Assert.NotNull(Guess(Anna, $"10.{i}.0.1"));
        Assert.Null(Guess(Anna, "10.200.0.1"));

        using (LogInAttempt own = Begin(Anna, Home, "right"))
        {
            Assert.False(own.IsRefused);
            Assert.True(own.IsKnown);
            Assert.Equal(TimeSpan.Zero, own.Delay);
        }

        Assert.True(Begin(Anna, "203.0.113.5", "right").IsRefused); // where nobody has seen her
    }

    [Fact]
    public void NeighbourWhoGuessesDoesNotShutOutThoseWhoAreKnownThere()
    {
        Succeed(Anna, Home);
        for (int i = 0; i < 6; i++)
            Assert.NotNull(Guess($"user{i}@shop.test", Home));
        Assert.Null(Guess("other@shop.test", Home));
        Assert.False(Begin(Anna, Home, "right").IsRefused);
    }

    [Fact]
    public void WhereAnAccountIsKnownItCanStillNotBeGuessed()
    {
        Succeed(Anna, Home);
        for (int i = 0; i < 3; i++)
            Assert.NotNull(Guess(Anna, Home));
        Assert.Null(Guess(Anna, Home));
    }

    [Fact]
    public void SamePasswordAgainCountsOnceForTheAccount()
    {
        Succeed(Anna, Home);
        for (int i = 0; i < 100; i++)
        {
            using LogInAttempt telephone = Begin(Anna, Home, "the old one");
            Assert.False(telephone.IsRefused);
            telephone.Fail();
        }

        Assert.NotNull(Guess(Anna, Home));
        Assert.NotNull(Guess(Anna, Home));
        Assert.Null(Guess(Anna, Home));
    }

    [Fact]
    public void AlternatingPasswordsCountEachTime()
    {
        foreach (string password in (string[])["a", "b", "a"])
        {
            using LogInAttempt attempt = Begin(Anna, Attacker, password);
            Assert.False(attempt.IsRefused);
            attempt.Fail();
        }

        Assert.True(Begin(Anna, Attacker, "b").IsRefused);
    }

    [Fact]
    public void ManyGuessesAtOnceAreCountedBeforeTheyAreJudged()
    {
        List<LogInAttempt> underWay = [.. Enumerable.Range(0, 20).Select(i => Begin(Anna, Attacker, $"guess {i}"))];
        Assert.Equal(3, underWay.Count(attempt => !attempt.IsRefused));
    }

    [Fact]
    public void OnePasswordOverManyConnectionsIsOneTry()
    {
        List<LogInAttempt> underWay = [.. Enumerable.Range(0, 50).Select(_ => Begin(Anna, Home, "right"))];
        Assert.All(underWay, attempt => Assert.False(attempt.IsRefused));
        foreach (LogInAttempt attempt in underWay)
        {
            attempt.Succeed();
            attempt.Dispose();
        }

        Assert.Equal(TimeSpan.Zero, Begin(Anna, Home, "wrong").Delay);
    }

    // Two connections with one guess: the one that leaves must not take the count of the one that hears the answer.
    [Fact]
    public void GuessStaysCountedWhenOneOfItsConnectionsLeaves()
    {
        for (int i = 0; i < 3; i++)
        {
            LogInAttempt first = Begin(Anna, Attacker, $"guess {i}");
            using LogInAttempt second = Begin(Anna, Attacker, $"guess {i}");
            first.Dispose();
            second.Fail();
        }

        Assert.True(Begin(Anna, Attacker, "guess 3").IsRefused);
    }

    // Nor may a try that was taken back make the next one with its password free.
    [Fact]
    public void WhatWasNotJudgedIsTakenBackWhole()
    {
        for (int i = 0; i < 100; i++)
            Begin(Anna, Attacker, $"guess {i}").Dispose();
        for (int i = 0; i < 3; i++)
        {
            Begin(Anna, Attacker, $"again {i}").Dispose();
            using LogInAttempt again = Begin(Anna, Attacker, $"again {i}");
            Assert.False(again.IsRefused);
            again.Fail();
        }

        Assert.Null(Guess(Anna, Attacker));
    }

    [Fact]
    public void OwnSuccessesOfAnAttackerEmptyNoBucket()
    {
        for (int i = 0; i < 6; i++)
        {
            Assert.NotNull(Guess($"user{i}@shop.test", Attacker));
            Succeed("mallory@evil.test", Attacker);
        }

        Assert.Null(Guess("user@shop.test", Attacker));
    }

    [Fact]
    public void BucketsLeakWithTimeAlone()
    {
        while (Guess(Anna, Attacker) is not null)
        {
            // until it is full
        }

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(Guess(Anna, Attacker));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(Guess(Anna, Attacker));
        Assert.Null(Guess(Anna, Attacker));
    }

    [Fact]
    public void TrustedAddressAnswersForNobodyButAccountsAreHeld()
    {
        LogInSource frontEnd = new(IPAddress.Loopback, IsTrusted: true);
        for (int i = 0; i < 50; i++)
        {
            using LogInAttempt attempt = _throttle.Begin(frontEnd, AddressKey.TryParse($"user{i}@shop.test"), "wrong");
            Assert.False(attempt.IsRefused);
            Assert.Equal(TimeSpan.Zero, attempt.Delay);
            attempt.Fail();
        }

        int judged = 0;
        for (int i = 0; i < 50; i++)
        {
            using LogInAttempt attempt = _throttle.Begin(frontEnd, AddressKey.TryParse(Anna), $"guess {i}");
            attempt.Fail();
            judged += attempt.IsRefused ? 0 : 1;
        }

        Assert.Equal(3, judged);
    }

    [Fact]
    public void WhatCanBeNobodysIsHeldAgainstTheAddress()
    {
        for (int i = 0; i < 6; i++)
            Assert.NotNull(Guess("no address", Attacker));
        Assert.Null(Guess("no address", Attacker));
    }

    [Fact]
    public void UsualAddressIsForgottenAfterItsTime()
    {
        Succeed(Anna, Home);
        _clock.Advance(Limits.KnownFor);
        Assert.False(Begin(Anna, Home, "right").IsKnown);
    }

    // The delay, or null when the password was not to be looked at.
    private double? Guess(string account, string address)
    {
        using LogInAttempt attempt = Begin(account, address, $"guess {_guesses++}");
        attempt.Fail();
        return attempt.IsRefused ? null : attempt.Delay.TotalSeconds;
    }

    private void Succeed(string account, string address)
    {
        using LogInAttempt attempt = Begin(account, address, "right");
        Assert.False(attempt.IsRefused);
        attempt.Succeed();
    }

    private LogInAttempt Begin(string account, string address, string password) =>
        _throttle.Begin(new LogInSource(IPAddress.Parse(address), IsTrusted: false), AddressKey.TryParse(account), password);
}
