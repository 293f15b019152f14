using System.Net;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Wire.Tests;

public sealed class NetworkPrefixTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    public void AddressAndNetworkAreWhatASubscriberHolds(string text, string address, string network)
    {
        Assert.Equal(address, NetworkPrefix.AddressOf(IPAddress.Parse(text)).ToString());
        Assert.Equal(network, NetworkPrefix.NetworkOf(IPAddress.Parse(text)).ToString());
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("192.0.2.0/25")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:db8::/32")]
    [InlineData("2001:db8::1")]
    [InlineData("::/0")]
    public void ReadsWhatItWrites(string text) => Assert.Equal(text, NetworkPrefix.TryParse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("192.0.2/24")]
    [InlineData("192.0.2.1/24")] // bits beyond the length: one of the two is a slip
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/ 8")]
    [InlineData("192.0.2.0/")]
    [InlineData("2001:db8::/129")]
    [InlineData("fe80::1%eth0")]
    [InlineData("example.test")]
    public void RefusesWhatIsNone(string text) => Assert.Null(NetworkPrefix.TryParse(text));

    [Theory]
    [InlineData("192.0.2.0/25", "192.0.2.127", true)]
    [InlineData("192.0.2.0/25", "192.0.2.128", false)]
    [InlineData("192.0.2.0/25", "::ffff:192.0.2.5", true)]
    [InlineData("0.0.0.0/0", "203.0.113.5", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    public void ContainsItsAddresses(string prefix, string address, bool contains) =>
        Assert.Equal(contains, NetworkPrefix.TryParse(prefix)!.Value.Contains(IPAddress.Parse(address)));
}
