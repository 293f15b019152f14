using Mailfleet.Cell.Nodes;
using Mailfleet.Store.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Store.Tests;

public sealed class NodeRegistryTests(CellTemplate template)
{
    [Fact]
    public async Task EachStartGetsAnEpochOfItsOwn()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NodeRegistry registry = new(cell.Database);

        NodeRegistration first = await registry.RegisterAsync("a", CancellationToken.None);
        NodeRegistration other = await registry.RegisterAsync("b", CancellationToken.None);
        NodeRegistration again = await registry.RegisterAsync("a", CancellationToken.None);

        Assert.True(first.Epoch < other.Epoch && other.Epoch < again.Epoch);
        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(*) FROM queue.node WHERE expires_at > now()"));
    }

    [Fact]
    public async Task OlderStartCanNeitherRenewNorRelease()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NodeRegistry registry = new(cell.Database);
        NodeRegistration old = await registry.RegisterAsync("a", CancellationToken.None);
        NodeRegistration now = await registry.RegisterAsync("a", CancellationToken.None);

        Assert.Equal(LeaseRenewal.Lost, await registry.RenewAsync(old, CancellationToken.None));
        await registry.ReleaseAsync(old, CancellationToken.None);
        Assert.Equal(LeaseRenewal.Extended, await registry.RenewAsync(now, CancellationToken.None));
        await registry.ReleaseAsync(now, CancellationToken.None);
        Assert.Equal(LeaseRenewal.Lost, await registry.RenewAsync(now, CancellationToken.None));
    }

    [Fact]
    public async Task LeaseIsKeptUntilAnotherStartTakesTheName()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NodeRegistry registry = new(cell.Database, TimeSpan.FromSeconds(30));
        NodeRegistration node = await registry.RegisterAsync("a", CancellationToken.None);
        FakeTimeProvider clock = new();
        NodeLease lease = new(registry, node, clock, clock.GetTimestamp());
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 hour'");
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        Task keeping = lease.KeepAsync(_ => { }, limit.Token);

        clock.Advance(TimeSpan.FromSeconds(10));
        while (!await cell.ReadAsync<bool>("SELECT expires_at > now() FROM queue.node"))
            limit.Token.ThrowIfCancellationRequested();
        await registry.RegisterAsync("a", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));

        await keeping;
        Assert.False(limit.IsCancellationRequested);
    }

    // A process that was stopped finds out before it does anything: its own clock says so, and the renewal says that others may have taken what it had.
    [Fact]
    public async Task LeaseThatRanOutIsNotHeldAndItsRenewalIsALapse()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NodeRegistry registry = new(cell.Database, TimeSpan.FromSeconds(30));
        FakeTimeProvider clock = new();
        NodeLease lease = new(registry, await registry.RegisterAsync("a", CancellationToken.None), clock, clock.GetTimestamp());

        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(lease.IsHeld);
        Assert.True(await lease.RenewAsync(CancellationToken.None));
        Assert.Equal(0, lease.Lapses);

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(lease.IsHeld);
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 second'");
        Assert.True(await lease.RenewAsync(CancellationToken.None));
        Assert.True(lease.IsHeld);
        Assert.Equal(1, lease.Lapses);
    }
}
