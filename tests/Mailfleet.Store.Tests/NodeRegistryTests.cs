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

        Assert.False(await registry.RenewAsync(old, CancellationToken.None));
        await registry.ReleaseAsync(old, CancellationToken.None);
        Assert.True(await registry.RenewAsync(now, CancellationToken.None));
        await registry.ReleaseAsync(now, CancellationToken.None);
        Assert.False(await registry.RenewAsync(now, CancellationToken.None));
    }

    [Fact]
    public async Task LeaseIsKeptUntilAnotherStartTakesTheName()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NodeRegistry registry = new(cell.Database, TimeSpan.FromSeconds(30));
        NodeRegistration node = await registry.RegisterAsync("a", CancellationToken.None);
        FakeTimeProvider clock = new();
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 hour'");
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        Task keeping = registry.KeepAsync(node, clock, _ => { }, limit.Token);

        clock.Advance(TimeSpan.FromSeconds(10));
        while (!await cell.ReadAsync<bool>("SELECT expires_at > now() FROM queue.node"))
            limit.Token.ThrowIfCancellationRequested();
        await registry.RegisterAsync("a", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));

        await keeping;
        Assert.False(limit.IsCancellationRequested);
    }
}
