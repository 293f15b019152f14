namespace Mailfleet.Node.Tests;

public sealed class SenderTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task LogInSendsAsItsMailboxItsSubAddressesAndAliasesThatLeadToItAlone()
    {
        await node.AddDomainAsync("own", "anna bob", "info=anna@own.test", "second=info@own.test");
        foreach (string from in (string[])["anna@own.test", "Anna+shop@own.test", "info@own.test", "info+x@own.test", "second@own.test"])
            Assert.Null(await node.MailFromAsync("anna@own.test", from));
    }

    [Fact]
    public async Task ForwardingEverythingAwayDoesNotTakeTheOwnAddress()
    {
        await node.AddDomainAsync("away", "anna bob", "anna=someone@remote.test", "bob=anna@away.test");
        Assert.Null(await node.MailFromAsync("anna@away.test", "anna@away.test"));
        Assert.Null(await node.MailFromAsync("bob@away.test", "bob@away.test"));
        Assert.Equal(553, (await node.MailFromAsync("anna@away.test", "bob@away.test"))!.Code);
    }

    [Theory]
    [InlineData("bob@theirs.test")]
    [InlineData("bob+anna@theirs.test")]
    [InlineData("anna+bob@theirs.test")]   // a mailbox of its own
    [InlineData("team@theirs.test")]
    [InlineData("out@theirs.test")]
    [InlineData("postmaster@theirs.test")] // answered by default, not owned
    [InlineData("nobody@theirs.test")]
    [InlineData("anna@remote.test")]
    public async Task OtherAddressesAreRefused(string from)
    {
        string key = $"theirs{from.Sum(c => c)}";
        await node.AddDomainAsync(key, "anna bob anna+bob", $"team=anna@{key}.test,bob@{key}.test", $"out=anna@{key}.test,x@remote.test");
        Assert.Equal((553, "5.7.1"), await node.MailFromAsync($"anna@{key}.test", from.Replace("theirs", key, StringComparison.Ordinal)) is { } refusal ? (refusal.Code, refusal.Status) : default);
    }
}
