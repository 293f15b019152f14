using System.Collections.Concurrent;
using Mailfleet.Cell;
using Npgsql;

namespace Mailfleet.Store;

/// <summary>
/// What this node last knew of each mailbox's used bytes. Its own commits feed it; other nodes' show the sooner the less room is left. Look-ups that
/// wait while one is under way share the next query, so a flood of RCPTs costs a query a round trip, not a query each.
/// </summary>
internal sealed class UsageHints(NpgsqlDataSource cell, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    // With this much room no other node fills the box before the next look; where one did, the commit refuses. Asking every second cost a query a recipient.
    private const long AmpleRoomBytes = 256L << 20;

    private static readonly TimeSpan FreshWithAmpleRoom = TimeSpan.FromSeconds(30);

    // Near its limit a mailbox is asked for again after this: a refusal must not outlive the delete that made room, yet a mail bomb must not be a query bomb.
    private static readonly TimeSpan FreshNearLimit = TimeSpan.FromMilliseconds(50);

    // A look-up is cheap and shared, so a full table is emptied rather than aged.
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<MailboxKey, (long UsedBytes, long At)> _known = [];
    private readonly Lock _gate = new();
    private Dictionary<MailboxKey, TaskCompletionSource<long>> _wanted = [];
    private bool _isReading;

    public void Set(MailboxKey mailbox, long usedBytes)
    {
        if (_known.Count >= Capacity)
            _known.Clear();
        _known[mailbox] = (usedBytes, clock.GetTimestamp());
    }

    public async ValueTask<bool> HasRoomAsync(MailboxKey mailbox, long quotaBytes, long sizeBytes, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(mailbox, out (long UsedBytes, long At) hint))
        {
            long room = quotaBytes - hint.UsedBytes - sizeBytes;
            TimeSpan freshFor = room < quotaBytes / 16 ? FreshNearLimit : room > AmpleRoomBytes ? FreshWithAmpleRoom : FreshFor;
            if (clock.GetElapsedTime(hint.At) < freshFor)
                return room >= 0;
        }

        return await ReadAsync(mailbox).WaitAsync(cancellationToken) + sizeBytes <= quotaBytes;
    }

    /// <summary>By what was known last, however long ago; yes where nothing was.</summary>
    public bool HadRoom(MailboxKey mailbox, long quotaBytes, long sizeBytes) =>
        !_known.TryGetValue(mailbox, out (long UsedBytes, long At) hint) || hint.UsedBytes + sizeBytes <= quotaBytes;

    private Task<long> ReadAsync(MailboxKey mailbox)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(mailbox, out TaskCompletionSource<long>? asked))
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
            Dictionary<MailboxKey, TaskCompletionSource<long>> asked;
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
                Dictionary<long, long> used = await QueryAsync([.. asked.Keys.Select(mailbox => mailbox.Value)]);
                foreach ((MailboxKey mailbox, TaskCompletionSource<long> answer) in asked)
                {
                    long bytes = used.GetValueOrDefault(mailbox.Value);
                    Set(mailbox, bytes);
                    answer.TrySetResult(bytes);
                }
            }
            catch (Exception exception)
            {
                // Each asker gets the fault; none is lost with this loop.
                foreach (TaskCompletionSource<long> answer in asked.Values)
                    answer.TrySetException(exception);
            }
        }
    }

    private async Task<Dictionary<long, long>> QueryAsync(long[] mailboxes)
    {
        await using NpgsqlCommand command = cell.CreateCommand("SELECT mailbox_id, used_bytes FROM mail.mailbox WHERE mailbox_id = ANY ($1)");
        command.Parameters.Add(new() { Value = mailboxes });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Dictionary<long, long> used = [];
        while (await reader.ReadAsync())
            used.Add(reader.GetInt64(0), reader.GetInt64(1));
        return used;
    }
}
