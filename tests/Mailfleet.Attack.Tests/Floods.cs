using System.Text.Json;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Attack.Tests;

/// <summary>Robots that open more connections than anybody needs.</summary>
public sealed class Floods(AttackedMailfleet mailfleet)
{
    [Fact]
    public async Task Pop3RobotGetsItsShareAndThenABan()
    {
        await FloodAsync(mailfleet.Process.Pop3Port, "127.66.30.1");
        Assert.StartsWith("+OK", await mailfleet.Pop3LogInAsync("127.0.0.1", "alice@demo.test", AttackedMailfleet.Password), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmtpRobotGetsItsShareAndThenABan()
    {
        await FloodAsync(mailfleet.Process.SmtpPort, "127.66.31.1");
        await using SocketClient? good = await AttackedMailfleet.GreetedAsync(mailfleet.Process.SmtpPort, "127.66.32.1");
        Assert.NotNull(good);
    }

    [Fact]
    public async Task FloodFromManyAddressesLeavesRoomForTrustedOnes()
    {
        List<SocketClient?> robots = [];
        try
        {
            for (int network = 40; network < 50; network++)
            {
                robots.AddRange(await Task.WhenAll(Enumerable.Range(0, AttackedMailfleet.ConnectionsPerAddress).Select(
                    _ => AttackedMailfleet.GreetedAsync(mailfleet.Process.Pop3Port, $"127.66.{network}.1"))));
            }

            Assert.Equal(AttackedMailfleet.Connections, robots.Count(robot => robot is not null));
            Assert.Null(await AttackedMailfleet.GreetedAsync(mailfleet.Process.Pop3Port, "127.66.50.1"));
            Assert.StartsWith("+OK", await mailfleet.Pop3LogInAsync("127.0.0.1", "alice@demo.test", AttackedMailfleet.Password), StringComparison.Ordinal);
        }
        finally
        {
            foreach (SocketClient? robot in robots)
            {
                if (robot is not null)
                    await robot.DisposeAsync();
            }
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                await using SocketClient? after = await AttackedMailfleet.GreetedAsync(mailfleet.Process.Pop3Port, "127.66.51.1");
                return after is not null;
            },
            "the places of the robots that left are free");
    }

    private async Task FloodAsync(int port, string robot)
    {
        List<SocketClient?> connections = [];
        try
        {
            connections.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AttackedMailfleet.GreetedAsync(port, robot))));
            Assert.InRange(connections.Count(connection => connection is not null), 1, AttackedMailfleet.ConnectionsPerAddress);
        }
        finally
        {
            foreach (SocketClient? connection in connections)
            {
                if (connection is not null)
                    await connection.DisposeAsync();
            }
        }

        // Eighty refusals are a ban, also when the robot has let go.
        Assert.Null(await AttackedMailfleet.GreetedAsync(port, robot));
        await Eventually.HoldsAsync(async () => (await BannedAsync()).Contains(robot), "the ban is in the cell");
        (int exitCode, _) = await MailfleetProcess.RunAsync(mailfleet.Process.DataDirectory, "bans", "remove", robot);
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain(robot, await BannedAsync());
        await Eventually.HoldsAsync(
            async () =>
            {
                await using SocketClient? again = await AttackedMailfleet.GreetedAsync(port, robot);
                return again is not null;
            },
            "the node has heard that the ban was removed");
    }

    private async Task<IReadOnlyList<string>> BannedAsync()
    {
        (int exitCode, string output) = await MailfleetProcess.RunAsync(mailfleet.Process.DataDirectory, "bans", "list", "--json");
        Assert.Equal(0, exitCode);
        using JsonDocument bans = JsonDocument.Parse(output);
        return [.. bans.RootElement.EnumerateArray().Select(ban => ban.GetProperty("prefix").GetString()!)];
    }
}
