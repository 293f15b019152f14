using Mailfleet.Tenancy.Fleet;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class FleetTests
{
    [Fact]
    public async Task ACellIsKnownAsItWasWhenItLastAnswered()
    {
        await using var postgres = new PostgresFixture();
        var cell = new FakeCell();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres, link: cell);
        await host.Get<JobRunner>().RunAsync("heartbeats", TenancyHost.Soon());
        CellStatus seen = Assert.Single(await host.Get<FleetCells>().ReadAllAsync(TenancyHost.Soon()));
        Assert.Equal(("cell1", 3, 1000, null), (seen.Name, seen.Mailboxes, seen.UsedBytes, seen.Fault));
        Assert.True(Assert.Single(seen.Nodes).IsAlive);
        Assert.True(seen.IsReachable(host.Clock.GetUtcNow()));

        cell.IsAway = true;
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.Get<JobRunner>().RunAsync("heartbeats", TenancyHost.Soon());
        CellStatus away = Assert.Single(await host.Get<FleetCells>().ReadAllAsync(TenancyHost.Soon()));
        Assert.Equal((seen.SeenAt, 1000, "TimeoutException: The cell is away."), (away.SeenAt, away.UsedBytes, away.Fault));
        Assert.False(away.IsReachable(host.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task ARealCellTellsWhatItCarriesAndWhoServesIt()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        await TenancyHost.RowsAsync(host.CellDatabase, "INSERT INTO mail.mailbox (mailbox_id, used_bytes) VALUES (1, 10), (2, 20)");
        await TenancyHost.RowsAsync(
            host.CellDatabase,
            "INSERT INTO queue.node (name, epoch, expires_at, version) VALUES ('a', 1, now() + interval '1 hour', '1.2.3'), ('b', 2, now() - interval '1 hour', '')");
        await host.Get<JobRunner>().RunAsync("heartbeats", TenancyHost.Soon());
        CellStatus cell = Assert.Single(await host.Get<FleetCells>().ReadAllAsync(TenancyHost.Soon()));
        Assert.Equal(30, cell.UsedBytes);
        Assert.Equal([("a", "1.2.3", true), ("b", "", false)], cell.Nodes.Select(node => (node.Name, node.Version, node.IsAlive)));
    }
}
