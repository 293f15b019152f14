using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Attack.Tests;

/// <summary>Clients that hold connections by being slow, and robots that do not listen.</summary>
public sealed class SlowAndEarlyClients(AttackedMailfleet mailfleet)
{
    [Fact]
    public async Task ContentThatDribblesInIsCutOffAndForgotten()
    {
        await using SocketClient? slow = await AttackedMailfleet.GreetedAsync(mailfleet.Process.SmtpPort, "127.66.70.1");
        Assert.NotNull(slow);
        await slow.AskAsync("EHLO slow.test");
        await slow.AskAsync("MAIL FROM:<>");
        await slow.AskAsync("RCPT TO:<alice@demo.test>");
        await slow.AskAsync("DATA");

        Task<string?> end = slow.ReadLineAsync();
        using PeriodicTimer drip = new(TimeSpan.FromMilliseconds(200));
        while (!end.IsCompleted && await drip.WaitForNextTickAsync())
            await slow.SendOrGiveUpAsync("x");
        Assert.Equal("421 4.4.2 Timed out, closing", await end);
    }

    [Fact]
    public async Task RobotsThatSpeakBeforeTheGreetingAreBanned()
    {
        const string robot = "127.66.71.1";
        int sessions = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                sessions++;
                await using SocketClient client = await SocketClient.ConnectAsync(mailfleet.Process.SmtpPort, System.Net.IPAddress.Parse(robot));
                await client.SendOrGiveUpAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\n", 30)));
                return (await client.ReadLineOrResetAsync())?.StartsWith("421 4.7.0 Connections from your address", StringComparison.Ordinal) != false;
            },
            "the robot is banned");
        Assert.InRange(sessions, 2, 20);
        Assert.Null(await AttackedMailfleet.GreetedAsync(mailfleet.Process.Pop3Port, robot));       // on every protocol
    }
}
