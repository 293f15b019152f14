using Mailfleet.Cell.Nodes;
using Mailfleet.Hosting;
using Mailfleet.Store;
using Mailfleet.Store.Compacting;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Crash.Tests;

/// <summary>A further node of a running cell, in this process, that does nothing but copy sealed segments together, without pause and far sooner than a node may.</summary>
internal sealed class Compactor : IAsyncDisposable
{
    private readonly NpgsqlDataSource _cell;
    private readonly MailStore _store;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private int _removed;

    private Compactor(NpgsqlDataSource cell, MailStore store)
    {
        (_cell, _store) = (cell, store);
        _work = Task.Run(RunAsync);
    }

    /// <summary>Segment files that are gone.</summary>
    public int Removed => Volatile.Read(ref _removed);

    public static async Task<Compactor> StartAsync(MailfleetProcess mailfleet)
    {
        string settings = Path.Combine(mailfleet.DataDirectory, "run", "node.json");
        NpgsqlDataSource cell = NpgsqlDataSource.Create(SettingsFiles.Load((settings, false))["cell:database"]!);
        NodeRegistration node = await new NodeRegistry(cell, TimeSpan.FromMinutes(10)).RegisterAsync("compactor", CancellationToken.None);
        return new Compactor(cell, await MailStore.OpenAsync(
            new StoreOptions(Path.Combine(mailfleet.DataDirectory, "segments")), cell, node, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        await _store.DisposeAsync();
        await _cell.DisposeAsync();
        _stop.Dispose();
    }

    // Everything sealed is copied, garbage or not. The grace is longer than one read takes, as it must be.
    private async Task RunAsync()
    {
        CompactionOptions all = new() { LiveShare = 1, MinAge = TimeSpan.Zero, Grace = TimeSpan.FromSeconds(5) };
        while (!_stop.IsCancellationRequested)
            Interlocked.Add(ref _removed, (await _store.CompactAsync(all, CancellationToken.None)).Removed);
    }
}
