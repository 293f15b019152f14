using System.Net;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Wire.Tests;

public sealed class ConnectionGateTests
{
    private readonly ConnectionGate _gate = new();

    [Fact]
    public void CapsEachAddressAndForgetsWhoLeft()
    {
        Assert.True(Enter("192.0.2.1"));
        Assert.True(Enter("192.0.2.1"));
        Assert.False(Enter("192.0.2.1"));
        Assert.False(Enter("::ffff:192.0.2.1"));
        Assert.True(Enter("192.0.2.2"));
        _gate.Leave(IPAddress.Parse("192.0.2.1"));
        Assert.True(Enter("192.0.2.1"));
    }

    [Fact]
    public void ANetworkOfOneIpv6SubscriberIsOneAddress()
    {
        Assert.True(Enter("2001:db8::1"));
        Assert.True(Enter("2001:db8::2"));
        Assert.False(Enter("2001:db8::3"));
        Assert.True(Enter("2001:db8:0:1::3"));
    }

    [Fact]
    public void CapsAllButTheExempt()
    {
        for (int i = 1; i <= 5; i++)
            Assert.True(Enter($"192.0.2.{i}"));
        Assert.False(Enter("192.0.2.9"));
        Assert.True(_gate.TryEnter(IPAddress.Loopback, 5, 2, exempt: true));
        Assert.Equal(6, _gate.Total);
    }

    private bool Enter(string address) => _gate.TryEnter(IPAddress.Parse(address), 5, 2, exempt: false);
}
