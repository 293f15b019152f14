using System.Net;
using Mailfleet.Delivery.Resolving;
using Mailfleet.Delivery.Routing;

namespace Mailfleet.Delivery.Tests;

public sealed class ResolvingTests
{
    private static readonly DeliveryOptions Options = new() { HostName = "host.test" };

    [Fact]
    public async Task BestExchangerComesFirst() => Assert.Equal(
        ["one.a.test [9.0.0.1]:25", "two.a.test [9.0.0.2]:25"],
        await ServersAsync(new("a.test MX 20 two.a.test", "a.test MX 10 one.a.test", "one.a.test A 9.0.0.1", "two.a.test A 9.0.0.2")));

    [Fact]
    public async Task EqualExchangersShareTheLoad()
    {
        FakeDns dns = new("a.test MX 10 one.a.test", "a.test MX 10 two.a.test", "one.a.test A 9.0.0.1", "two.a.test A 9.0.0.2");
        HashSet<string> first = [];
        for (int i = 0; i < 200 && first.Count < 2; i++)
            first.Add((await ServersAsync(dns))[0]);
        Assert.Equal(2, first.Count);
    }

    [Fact]
    public async Task DomainWithoutExchangerIsItsOwn() => Assert.Equal(["a.test [9.0.0.1]:25"], await ServersAsync(new("a.test A 9.0.0.1")));

    [Theory]
    [InlineData("a.test MX 0", "5.1.10")]
    [InlineData("b.test A 9.0.0.1", "5.1.2")]
    [InlineData("a.test FAULT", "4.4.3")]
    [InlineData("a.test TXT x", "5.4.4")]
    [InlineData("a.test MX 10 gone.a.test", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test FAULT", "4.4.3")]
    [InlineData("a.test MX 10 host.test|host.test A 9.0.0.1", "5.4.6")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A 127.0.0.1", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A 10.1.2.3", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A 169.254.169.254", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A ::ffff:192.168.0.1", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A fd00::1", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A 64:ff9b::10.0.0.1", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A 2002:7f00:1::1", "5.4.4")]
    [InlineData("a.test MX 10 m.a.test|m.a.test A ::127.0.0.1", "5.4.4")]
    public async Task WhatCannotBeReachedSaysWhy(string records, string status) =>
        Assert.Equal(status, (await ResolveAsync(new(records.Split('|')), Options)).Fault?.Status);

    [Fact]
    public async Task NothingBehindOurselvesIsTried() => Assert.Equal(
        ["one.a.test [9.0.0.1]:25"],
        await ServersAsync(new("a.test MX 10 one.a.test", "a.test MX 20 host.test", "a.test MX 30 back.a.test", "one.a.test A 9.0.0.1", "back.a.test A 9.0.0.3")));

    [Fact]
    public async Task OwnAddressUnderAnotherNameIsOurselves()
    {
        FakeDns dns = new("a.test MX 10 alias.a.test", "a.test MX 20 back.a.test", "alias.a.test A 9.9.9.9", "back.a.test A 9.0.0.3");
        Assert.Equal("5.4.6", (await ResolveAsync(dns, Options with { OwnEndpoints = [new IPEndPoint(IPAddress.Parse("9.9.9.9"), 25)] })).Fault?.Status);
    }

    [Fact]
    public async Task EndlessListsAreCut()
    {
        FakeDns dns = new([.. Enumerable.Range(0, 500).SelectMany(i => (string[])[$"a.test MX {i} m{i}.a.test", $"m{i}.a.test A 10.0.0.1"])]);
        Assert.Equal("5.4.4", (await ResolveAsync(dns, Options)).Fault?.Status);
        Assert.Equal(1 + Options.MaxExchangers, dns.Asked);
        Assert.Equal(Options.MaxAddresses, (await ResolveAsync(dns, Options with { AllowPrivate = true })).Servers.Count);
    }

    [Theory]
    [InlineData("[9.0.0.1]", null)]
    [InlineData("[127.0.0.1]", "5.4.4")]
    [InlineData("[IPv6:::1]", "5.4.4")]
    public async Task LiteralIsNoWayAround(string domain, string? status) =>
        Assert.Equal(status, (await new DestinationResolver(new FakeDns(), Options).ResolveAsync(domain, CancellationToken.None)).Fault?.Status);

    [Fact]
    public async Task RouteGoesBeforeDnsAndMayBePrivate()
    {
        DeliveryOptions options = Options with { Routes = new RouteTable([new MailRoute("*.test", "127.0.0.1", 2626, TlsPolicy.None), new MailRoute("b.test", "relay.test")]) };
        Destination routed = await ResolveAsync(new("a.test MX 0"), options);
        Assert.Equal(new MailServer("127.0.0.1", new IPEndPoint(IPAddress.Loopback, 2626), TlsPolicy.None), Assert.Single(routed.Servers));

        // A route to a name that is not there is an operator's slip: nobody's mail fails for it.
        Assert.Equal("4.4.3", (await new DestinationResolver(new FakeDns(), options).ResolveAsync("b.test", CancellationToken.None)).Fault?.Status);
    }

    [Theory]
    [InlineData("a.remote.test", "below")]
    [InlineData("b.a.remote.test", "deeper")]
    [InlineData("a.a.remote.test", "deeper")]
    [InlineData("x.a.remote.test", "exact")]
    [InlineData("remote.test", "all")]
    [InlineData("xremote.test", "all")]
    [InlineData("[9.0.0.1]", "all")]
    public void MostSpecificRouteWins(string domain, string host)
    {
        RouteTable routes = new([new("*", "all"), new("*.remote.test", "below"), new("*.a.remote.test", "deeper"), new("X.a.Remote.test", "exact")]);
        Assert.Equal(host, routes.Find(domain)?.Host);
    }

    [Theory]
    [InlineData("", "h")]
    [InlineData("*a.test", "h")]
    [InlineData("a..test", "h")]
    [InlineData("a.test", "")]
    [InlineData("a.test", "two words")]
    public void RouteThatCannotBeMeantIsRefused(string pattern, string host) => Assert.Throws<ArgumentException>(() => new RouteTable([new MailRoute(pattern, host)]));

    [Fact]
    public void SecondRouteOfOnePatternIsRefused() => Assert.Throws<ArgumentException>(() => new RouteTable([new("a.test", "x"), new("A.test", "y")]));

    private static Task<Destination> ResolveAsync(FakeDns dns, DeliveryOptions options) => new DestinationResolver(dns, options).ResolveAsync("a.test", CancellationToken.None);

    private static async Task<string[]> ServersAsync(FakeDns dns) => [.. (await ResolveAsync(dns, Options)).Servers.Select(server => server.ToString())];
}
