using System.Collections.Concurrent;
using Mailfleet.Cell;
using Npgsql;

namespace Mailfleet.Store;

/// <summary>
/// What this node last knew of each mailbox's used bytes, and of the room in its pools. Its own commits feed it; other nodes' show the sooner the less room is left. Look-ups that
/// wait while one is under way share the next query, so a flood of RCPTs costs a query a round trip, not a query each.
/// </summary>
internal sealed class UsageHints(NpgsqlDataSource cell, TimeProvider clock)
{
    private const string Query =
        """
        SELECT n.id, coalesce(b.used_bytes, 0), (
            SELECT min(mail.pool_quota(p) - (SELECT coalesce(sum(s.used_bytes), 0)::bigint FROM mail.pool_share s WHERE s.pool_id = p.id))
            FROM mail.pools_of(n.id) p WHERE p.counted_at IS NOT NULL)
        FROM unnest($1) AS n (id) LEFT JOIN mail.mailbox b ON b.mailbox_id = n.id
        """;

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    // With this much room no other node fills the box before the next look; where one did, the commit refuses. Asking every second cost a query a recipient.
    private const long AmpleRoomBytes = 256L << 20;

    private static readonly TimeSpan FreshWithAmpleRoom = TimeSpan.FromSeconds(30);

    // Near its limit a mailbox is asked for again after this: a refusal must not outlive the delete that made room, yet a mail bomb must not be a query bomb.
    private static readonly TimeSpan FreshNearLimit = TimeSpan.FromMilliseconds(50);

    // A look-up is cheap and shared, so a full table is emptied rather than aged.
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<MailboxKey, Known> _known = [];
    private readonly Lock _gate = new();
    private Dictionary<MailboxKey, TaskCompletionSource<Usage>> _wanted = [];
    private bool _isReading;

    public void Set(MailboxKey mailbox, long usedBytes, long poolRoom) => Set(mailbox, new Usage(usedBytes, poolRoom));

    /// <summary>After a delete or a copy, which do not look at the pools' room: it changed by as much, if it was known.</summary>
    public void Set(MailboxKey mailbox, long usedBytes)
    {
        if (_known.TryGetValue(mailbox, out Known known))
            Set(mailbox, new Usage(usedBytes, known.Usage.PoolRoom == long.MaxValue ? long.MaxValue : known.Usage.PoolRoom - (usedBytes - known.Usage.UsedBytes)));
    }

    public async ValueTask<bool> HasRoomAsync(MailboxKey mailbox, long quotaBytes, long sizeBytes, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(mailbox, out Known known))
        {
            long room = known.Usage.Room(quotaBytes) - sizeBytes;
            TimeSpan freshFor = room < Math.Min(quotaBytes, AmpleRoomBytes) / 16 ? FreshNearLimit : room > AmpleRoomBytes ? FreshWithAmpleRoom : FreshFor;
            if (clock.GetElapsedTime(known.At) < freshFor)
                return room >= 0;
        }

        return sizeBytes <= (await ReadAsync(mailbox).WaitAsync(cancellationToken)).Room(quotaBytes);
    }

    /// <summary>By what was known last, however long ago; yes where nothing was.</summary>
    public bool HadRoom(MailboxKey mailbox, long quotaBytes, long sizeBytes) =>
        !_known.TryGetValue(mailbox, out Known known) || sizeBytes <= known.Usage.Room(quotaBytes);

    private void Set(MailboxKey mailbox, Usage usage)
    {
        if (_known.Count >= Capacity)
            _known.Clear();
        _known[mailbox] = new Known(usage, clock.GetTimestamp());
    }

    private Task<Usage> ReadAsync(MailboxKey mailbox)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(mailbox, out TaskCompletionSource<Usage>? asked))
                _wanted.Add(mailbox, asked = new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!_isReading)
            {
                _isReading = true;
                _ = Task.Run(ReadWantedAsync);
            }

            return asked.Task;
        }
    }

    private async Task ReadWantedAsync()
    {
        while (true)
        {
            Dictionary<MailboxKey, TaskCompletionSource<Usage>> asked;
            lock (_gate)
            {
                _isReading = _wanted.Count > 0;
                if (!_isReading)
                    return;
                asked = _wanted;
                _wanted = [];
            }

            try
            {
                Dictionary<long, Usage> usages = await QueryAsync([.. asked.Keys.Select(mailbox => mailbox.Value)]);
                foreach ((MailboxKey mailbox, TaskCompletionSource<Usage> answer) in asked)
                {
                    Usage usage = usages.GetValueOrDefault(mailbox.Value, new Usage(0, long.MaxValue));
                    Set(mailbox, usage);
                    answer.TrySetResult(usage);
                }
            }
            catch (Exception exception)
            {
                // Each asker gets the fault; none is lost with this loop.
                foreach (TaskCompletionSource<Usage> answer in asked.Values)
                    answer.TrySetException(exception);
            }
        }
    }

    private async Task<Dictionary<long, Usage>> QueryAsync(long[] mailboxes)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Query);
        command.Parameters.Add(new() { Value = mailboxes });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Dictionary<long, Usage> usages = [];
        while (await reader.ReadAsync())
            usages.Add(reader.GetInt64(0), new Usage(reader.GetInt64(1), reader.IsDBNull(2) ? long.MaxValue : reader.GetInt64(2)));
        return usages;
    }

    /// <param name="PoolRoom">In the narrowest pool; the largest number where there is none.</param>
    private readonly record struct Usage(long UsedBytes, long PoolRoom)
    {
        public long Room(long quotaBytes) => Math.Min(quotaBytes - UsedBytes, PoolRoom);
    }

    private readonly record struct Known(Usage Usage, long At);
}
