using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Pools;

/// <summary>
/// Keeps the pools of room beside the traffic: counts new ones, gives back what this node reserved and does not need, takes over the shares of ended starts, and counts
/// each anew every hour, so that a difference, wherever it came from, is told and mended. Every node runs one; what needs it is done by one at a time.
/// </summary>
/// <param name="clock">Real time.</param>
internal sealed partial class PoolKeeper(NpgsqlDataSource cell, long epoch, TimeProvider clock, ILogger<PoolKeeper> log) : IAsyncDisposable
{
    /// <summary>A new limit counts within this (a hundred a round), and so does room that another node deleted.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A move of a domain to another customer is counted anew as well.
    private const string Fence =
        """
        UPDATE mail.pool SET fence_xid = pg_snapshot_xmax(pg_current_snapshot()), counted_at = CASE WHEN counted_at IS NOT NULL THEN '-infinity'::timestamptz END
        WHERE fence_xid IS NULL
        """;

    // One keeper at a time; whoever comes second leaves it. The functions look at the database after the lock is held.
    private const string Turn = $"pg_try_advisory_xact_lock({PoolRows.KeepersLock})";

    private const string Due =
        """
        SELECT id, owner_id, kind, counted_at > '-infinity' FROM mail.pool
        WHERE fence_xid <= pg_snapshot_xmin(pg_current_snapshot()) AND (counted_at IS NULL OR counted_at < now() - interval '1 hour') ORDER BY id LIMIT 100
        """;

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isFaulty;

    public void Start() => _running = RunAsync(_stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, clock);
        try
        {
            do
                await TryKeepAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;             // shares that are left are folded when the lease has ended
        }
    }

    private async Task TryKeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await KeepAsync(cancellationToken);
            _isFaulty = false;
        }
        catch (NpgsqlException problem)
        {
            // The database is away, or others are in the way; deliveries go on with the shares they have. Once an outage, not once a second.
            if (!_isFaulty)
                LogFault(problem);
            _isFaulty = true;
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(Fence, [], cancellationToken);
        await ExecuteAsync("SELECT mail.return_room($1)", [epoch], cancellationToken);
        await ExecuteAsync($"SELECT mail.fold_shares() WHERE {Turn}", [], cancellationToken);
        foreach ((long pool, string owner, bool isRecount) in await ListDueAsync(cancellationToken))
        {
            if (await ExecuteAsync($"SELECT mail.count_pool($1) WHERE {Turn}", [pool], cancellationToken) is long difference && isRecount && difference != 0)
                LogDifference(owner, difference);
        }
    }

    private async Task<List<(long Pool, string Owner, bool IsRecount)>> ListDueAsync(CancellationToken cancellationToken)
    {
        List<(long, string, bool)> due = [];
        await using NpgsqlCommand command = cell.CreateCommand(Due);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            due.Add((reader.GetInt64(0), $"{(reader.GetInt16(2) == 1 ? "customer" : "domain")} {reader.GetInt64(1)}", !reader.IsDBNull(3) && reader.GetBoolean(3)));
        return due;
    }

    private async Task<object?> ExecuteAsync(string sql, long[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(sql);
        foreach (long parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The room used by {Owner} was wrong by {Difference} bytes and is put right.")]
    private partial void LogDifference(string owner, long difference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pools of room could not be kept now; the next round does.")]
    private partial void LogFault(Exception problem);
}
