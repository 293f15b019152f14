using Mailfleet.Tenancy.Domains.Checks;

namespace Mailfleet.Tenancy.Tests;

/// <summary>Look-ups over real DNS packets.</summary>
public sealed class DnsRecordsTests
{
    [Fact]
    public async Task ReadsTextsAndExchangersInTheirOrder()
    {
        using var texts = new FakeResolver([["v=spf1 ", "mx -all"], ["other"]]);
        Assert.Equal(["v=spf1 mx -all", "other"], (await Create(texts.Address).FindTextsAsync("example.com", TenancyHost.Soon())).Values);
        using var exchangers = new FakeResolver([["20 MX2.example.com"], ["10 mx1.example.com"]]);
        Assert.Equal(["mx1.example.com", "mx2.example.com"], (await Create(exchangers.Address).FindExchangersAsync("example.com", TenancyHost.Soon())).Values);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)] // server failure
    [InlineData(3, true)]  // no such name
    [InlineData(5, false)] // refused
    public async Task ThatThereIsNoneIsAnAnswerAndAFailureIsNot(byte code, bool isAnswered)
    {
        using var resolver = new FakeResolver([]) { ResponseCode = code };
        DnsAnswer answer = await Create(resolver.Address).FindExchangersAsync("example.com", TenancyHost.Soon());
        Assert.Equal(isAnswered, answer.IsAnswered);
        Assert.Empty(answer.Values);
    }

    [Fact]
    public async Task AResolverThatIsNotThereIsNoAnswer()
    {
        string gone;
        using (var closed = new FakeResolver([]))
            gone = closed.Address;
        Assert.False((await Create(gone).FindTextsAsync("example.com", TenancyHost.Soon())).IsAnswered);
    }

    private static DnsRecords Create(string server) => new(
        new TenancyOptions { ControlDatabase = "", CellDoors = new Dictionary<string, string>(), HostName = "mailfleet.test", KeyDirectory = "", DnsServers = [server] });
}
