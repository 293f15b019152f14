using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Node.Tests;

/// <summary>Limits of the settings reach the sessions (the node of these tests has smaller ones than the defaults).</summary>
public sealed class LimitsInForce(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task SmtpClosesAfterTheJunkThatIsSet()
    {
        await using SocketClient client = await SocketClient.ConnectAsync(node.Ports.Smtp);
        await client.ReadLineAsync();
        Assert.StartsWith("500", await client.AskAsync("JUNK"), StringComparison.Ordinal);
        Assert.StartsWith("500", await client.AskAsync("JUNK"), StringComparison.Ordinal);
        Assert.StartsWith("421", await client.AskAsync("JUNK"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Pop3ClosesAfterTheJunkThatIsSet()
    {
        await using SocketClient client = await SocketClient.ConnectAsync(node.Ports.Pop3);
        await client.ReadLineAsync();
        for (int i = 0; i < 3; i++)
            Assert.Equal("-ERR Unknown command", await client.AskAsync("JUNK"));
        Assert.Equal("-ERR [SYS/TEMP] Too many errors, closing", await client.AskAsync("JUNK"));
        Assert.Null(await client.ReadLineAsync());
    }
}
