using System.Net;
using Mailfleet.Api.Portal;

namespace Mailfleet.Api.Tests.Portal;

public sealed class SignUpRateLimitTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task StopsOneNetworkAndNobodyElse()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor flood = new(site, from: "127.66.0.1");
        using Visitor neighbour = new(site, from: "127.66.0.2");
        using Visitor local = new(site);

        List<Html> answers = [];
        for (int i = 0; i < 25; i++)
        {
            answers.Add(await flood.PostAsync("/signup", [], origin: null));
            Assert.Equal(HttpStatusCode.BadRequest, (await local.PostAsync("/signup", [])).Status);
        }

        Assert.Equal(20, answers.Count(answer => answer.Status == HttpStatusCode.BadRequest));
        Html stopped = answers[^1];
        Assert.Equal(HttpStatusCode.TooManyRequests, stopped.Status);
        Assert.Equal(Language.English.Text.ErrorTitle(429), stopped.Headline);
        Assert.Equal("600", stopped.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await flood.GetAsync("/signup")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await neighbour.SignUpAsync()).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("::ffff:127.0.0.1", null)]
    [InlineData("127.66.0.1", "127.66.0.1")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:aaaa::1", "20010DB800010002")]
    [InlineData("2001:db8:1:2:bbbb::2", "20010DB800010002")]
    public void CountsWhatOneSubscriberHas(string address, string? network) => Assert.Equal(network, SignUpRateLimit.Network(IPAddress.Parse(address)));
}
