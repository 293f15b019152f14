using System.Net;
using Mailfleet.Cell;
using Mailfleet.Filter.Bans;
using Mailfleet.Filter.Storage;
using Mailfleet.Testing;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Filter.Tests;

/// <summary>Two nodes of one cell.</summary>
public sealed class SharedBanTests : IAsyncLifetime
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.66");
    private static readonly DefenceLimits Limits = new();

    private readonly PostgresFixture _postgres = new();
    private NpgsqlDataSource _cell = null!;
    private (PeerPolicy Policy, BanKeeper Keeper) _here;
    private (PeerPolicy Policy, BanKeeper Keeper) _there;

    public async ValueTask InitializeAsync()
    {
        _cell = NpgsqlDataSource.Create(await _postgres.CreateDatabaseAsync());
        await CellDatabase.MigrateAsync(_cell, CancellationToken.None);
        _here = Node(_cell);
        _there = Node(_cell);
    }

    public async ValueTask DisposeAsync()
    {
        _here.Keeper.Dispose();
        _there.Keeper.Dispose();
        await _cell.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task BanOfOneNodeIsABanOfAll()
    {
        await ExchangeAsync(_here, _there);
        Offend(_here.Policy);
        Assert.False(_here.Policy.Admits(Attacker));
        Assert.True(_there.Policy.Admits(Attacker));
        await ExchangeAsync(_here, _there);
        Assert.False(_there.Policy.Admits(Attacker));
        Assert.Equal("192.0.2.66", Assert.Single(await new BanRows(_cell).ListAsync(CancellationToken.None)).Prefix.ToString());

        // A node that starts later knows it from its first look.
        (PeerPolicy Policy, BanKeeper Keeper) late = Node(_cell);
        await ExchangeAsync(late);
        Assert.False(late.Policy.Admits(Attacker));
        late.Keeper.Dispose();
    }

    [Fact]
    public async Task OneAttackSeenByTwoNodesIsOneOffence()
    {
        Offend(_here.Policy);
        Offend(_there.Policy);
        await ExchangeAsync(_here, _there);
        Assert.Equal(1, Assert.Single(await new BanRows(_cell).ListAsync(CancellationToken.None)).Offences);
    }

    [Fact]
    public async Task RemovedBanEndsEverywhereAndIsForgiven()
    {
        Offend(_here.Policy);
        await ExchangeAsync(_here, _there);
        BanRows rows = new(_cell);
        Assert.True(await rows.RemoveAsync(NetworkPrefix.Exactly(Attacker), CancellationToken.None));
        Assert.False(await rows.RemoveAsync(NetworkPrefix.Exactly(Attacker), CancellationToken.None));
        Assert.Empty(await rows.ListAsync(CancellationToken.None));
        await ExchangeAsync(_here, _there);
        Assert.True(_here.Policy.Admits(Attacker));
        Assert.True(_there.Policy.Admits(Attacker));

        _here.Policy.HasEnded(Attacker, new SessionTally { Offences = 1 });
        Assert.True(_here.Policy.Admits(Attacker));
    }

    [Fact]
    public async Task EachBanWithinADayIsFourTimesAsLongUpToTheLongest()
    {
        BanRows rows = new(_cell);
        NetworkPrefix prefix = NetworkPrefix.TryParse("2001:db8::/64")!.Value;
        foreach (double minutes in (double[])[15, 60, 240, 960, 1440, 1440])
        {
            await rows.AddAsync(prefix, "test", Limits.FirstBan, Limits.LongestBan, CancellationToken.None);
            Ban ban = Assert.Single(await rows.ListAsync(CancellationToken.None));
            Assert.Equal(minutes, (ban.EndsAt - ban.MadeAt).TotalMinutes, 3);
            await ExecuteAsync("UPDATE filter.ban SET ends_at = now() - interval '1 minute'");
        }

        await ExecuteAsync("UPDATE filter.ban SET ends_at = now() - interval '25 hours'");
        await rows.AddAsync(prefix, "test", Limits.FirstBan, Limits.LongestBan, CancellationToken.None);
        Assert.Equal(1, Assert.Single(await rows.ListAsync(CancellationToken.None)).Offences);
    }

    [Fact]
    public async Task BansOfAnOutageAreWrittenAfterIt()
    {
        await using NpgsqlDataSource nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        (PeerPolicy Policy, BanKeeper Keeper) alone = Node(nowhere);
        Offend(alone.Policy);
        Assert.False(await alone.Keeper.ExchangeAsync(CancellationToken.None));
        Assert.False(alone.Policy.Admits(Attacker));

        using BanKeeper back = new(alone.Policy, new BanRows(_cell), TimeProvider.System, NullLogger<BanKeeper>.Instance);
        Assert.True(await back.ExchangeAsync(CancellationToken.None));
        Assert.Single(await new BanRows(_cell).ListAsync(CancellationToken.None));
        alone.Keeper.Dispose();
    }

    [Fact]
    public async Task BanThatWasRemovedDuringAnOutageEndsAfterIt()
    {
        Offend(_here.Policy);
        await ExchangeAsync(_here, _there);
        await ExecuteAsync("ALTER TABLE filter.ban RENAME TO away");
        Assert.False(await _there.Keeper.ExchangeAsync(CancellationToken.None));
        await ExecuteAsync("ALTER TABLE filter.away RENAME TO ban");
        Assert.True(await new BanRows(_cell).RemoveAsync(NetworkPrefix.Exactly(Attacker), CancellationToken.None));

        // What the node has banned meanwhile is not taken for removed.
        IPAddress other = IPAddress.Parse("192.0.2.67");
        _there.Policy.HasEnded(other, new SessionTally { Offences = Limits.AddressOffences.AtOnce });
        Assert.False(_there.Policy.Admits(Attacker));
        await ExchangeAsync(_there);
        Assert.True(_there.Policy.Admits(Attacker));
        Assert.False(_there.Policy.Admits(other));
    }

    private static void Offend(PeerPolicy policy) => policy.HasEnded(Attacker, new SessionTally { Offences = Limits.AddressOffences.AtOnce });

    private static (PeerPolicy Policy, BanKeeper Keeper) Node(NpgsqlDataSource cell)
    {
        PeerPolicy policy = new(Limits, TimeProvider.System, NullLogger<PeerPolicy>.Instance);
        return (policy, new BanKeeper(policy, new BanRows(cell), TimeProvider.System, NullLogger<BanKeeper>.Instance));
    }

    private static async Task ExchangeAsync(params (PeerPolicy Policy, BanKeeper Keeper)[] nodes)
    {
        foreach ((_, BanKeeper keeper) in nodes)
            Assert.True(await keeper.ExchangeAsync(CancellationToken.None));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
