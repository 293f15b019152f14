using Mailfleet.Tenancy.Domains;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Tenancy.Tests;

/// <summary>The proof over real DNS packets: all resolvers must show the value, and anything else is a no.</summary>
public sealed class DnsProofTests
{
    private const string Name = "_mailfleet.example.com";
    private const string Value = "mailfleet-verify=abc";

    [Theory]
    [InlineData(true, Value)]
    [InlineData(true, "v=spf1 -all|" + Value)]
    [InlineData(true, "mailfleet-verify=|abc", true)]            // one record, two strings
    [InlineData(false, "mailfleet-verify=|abc")]                 // two records
    [InlineData(false, "mailfleet-verify=ABC")]
    [InlineData(false, Value + " ")]
    [InlineData(false, "")]
    public async Task TakesTheExactValueAlone(bool isProven, string records, bool isOneRecord = false)
    {
        using var resolver = new FakeResolver(records.Length == 0 ? [] : isOneRecord ? [records.Split('|')] : [.. records.Split('|').Select(text => new[] { text })]);
        Assert.Equal(isProven, await AskAsync(resolver));
    }

    [Fact]
    public async Task EveryResolverHasToAgree()
    {
        using var one = new FakeResolver([[Value]]);
        using var two = new FakeResolver([[Value]]);
        using var lagging = new FakeResolver([]);
        using var failing = new FakeResolver([[Value]]) { ResponseCode = 2 };
        Assert.True(await AskAsync(one, two));
        Assert.False(await AskAsync(one, lagging));
        Assert.False(await AskAsync(failing, two));
    }

    [Fact]
    public async Task AResolverThatIsNotThereIsANo()
    {
        using var one = new FakeResolver([[Value]]);
        string gone;
        using (var closed = new FakeResolver([]))
            gone = closed.Address;
        Assert.False(await AskAsync(one.Address, gone));
    }

    [Fact]
    public async Task OtherResolversCountFromTheNextQuestionOnAndWhatIsNoAddressChangesNothing()
    {
        using var old = new FakeResolver([]);
        using var now = new FakeResolver([[Value]]);
        DnsProofResolver resolver = Create(old.Address);
        Assert.False(await resolver.IsProvenAsync(Name, Value, TenancyHost.Soon()));
        resolver.Reload([now.Address]);
        Assert.Throws<FormatException>(() => resolver.Reload(["dns.example"]));
        Assert.True(await resolver.IsProvenAsync(Name, Value, TenancyHost.Soon()));
    }

    [Fact]
    public void RefusesAnAddressThatIsNone() => Assert.Throws<FormatException>(() => Create("dns.example"));

    private static Task<bool> AskAsync(params FakeResolver[] resolvers) => AskAsync([.. resolvers.Select(resolver => resolver.Address)]);

    private static Task<bool> AskAsync(params string[] addresses) => Create(addresses).IsProvenAsync(Name, Value, TenancyHost.Soon());

    private static DnsProofResolver Create(params string[] addresses) => new(
        new TenancyOptions { ControlDatabase = "", CellDoors = new Dictionary<string, string>(), HostName = "mailfleet.test", KeyDirectory = "", DnsServers = addresses },
        NullLogger<DnsProofResolver>.Instance);
}
