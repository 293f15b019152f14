using System.Globalization;
using System.Threading.Channels;
using Mailfleet.Cell;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Changes;

/// <summary>
/// Tells sessions that a mailbox has changed, on this node and, by NOTIFY, on the others. Only a hint: whoever is told looks at the rows, and after a lost
/// connection everybody is told. Never part of a data transaction, because NOTIFY makes all commits of the server queue behind each other; what changes
/// meanwhile goes out together.
/// </summary>
public sealed partial class ChangeHints : IAsyncDisposable
{
    private const string ChannelName = "mailfleet_changed";

    /// <summary>What stands for every mailbox, after an outage or a flood.</summary>
    private const string Everything = "*";

    // PostgreSQL refuses a payload of 8000 bytes; ids have at most 19 digits.
    private const int PayloadLength = 7_900;

    // Beyond this many mailboxes at once, looking at all open ones is cheaper than naming them.
    private const int MaxPending = 20_000;

    // Nobody notices a fiftieth of a second, and a node at full speed sends 50 notifications instead of thousands.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // A connection that died without a word is found out after this.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _cell;
    private readonly string _sender;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<MailboxKey, List<Action>> _watchers = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sending;
    private HashSet<MailboxKey> _pending = [];
    private bool _isEverythingPending;
    private Task? _listening;

    internal ChangeHints(NpgsqlDataSource cell, long epoch, ILogger log)
    {
        (_cell, _log) = (cell, log);
        _sender = epoch.ToString(CultureInfo.InvariantCulture);
        _sending = SendAsync(_stopping.Token);
    }

    /// <summary>
    /// Calls back whenever the mailbox may have changed, on any node, until disposed; soon after the start too, because what changed just before may not be told.
    /// The callback returns at once; calls may come together, and one may come after the end.
    /// </summary>
    public IDisposable Watch(MailboxKey mailbox, Action changed)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (!_watchers.TryGetValue(mailbox, out List<Action>? watchers))
                _watchers.Add(mailbox, watchers = []);
            watchers.Add(changed);
            _listening ??= ListenAsync(_stopping.Token);
        }

        return new Watching(this, mailbox, changed);
    }

    public async ValueTask DisposeAsync()
    {
        Task? listening;
        lock (_gate)
        {
            listening = _listening;
            _stopping.Cancel();
        }

        await _sending;
        if (listening is not null)
            await listening;
        _stopping.Dispose();
    }

    /// <summary>Called after the commit.</summary>
    internal void Announce(params IEnumerable<MailboxKey> mailboxes)
    {
        lock (_gate)
        {
            foreach (MailboxKey mailbox in mailboxes)
                _pending.Add(mailbox);
            if (_pending.Count > MaxPending)
            {
                _isEverythingPending = true;
                _pending.Clear();
            }
        }

        _signal.Writer.TryWrite(true);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        bool isAway = false;            // the others are owed a look at everything
        try
        {
            while (await _signal.Reader.ReadAsync(cancellationToken))
            {
                (HashSet<MailboxKey> mailboxes, bool isEverything) = TakePending();
                if (isEverything)
                    TellAll();
                else
                    Tell(mailboxes);
                try
                {
                    await NotifyAsync(isEverything || isAway ? [Everything] : PayloadsOf(mailboxes), cancellationToken);
                    isAway = false;
                }
                catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
                {
                    if (!isAway)
                        LogNotSent(problem);
                    isAway = true;
                    _signal.Writer.TryWrite(true);
                }

                await Task.Delay(isAway ? RetryDelay : Window, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;             // a hint that is not sent any more is made good by the others' next look
        }
    }

    private (HashSet<MailboxKey> Mailboxes, bool IsEverything) TakePending()
    {
        lock (_gate)
        {
            (HashSet<MailboxKey> mailboxes, bool isEverything) = (_pending, _isEverythingPending);
            (_pending, _isEverythingPending) = ([], false);
            return (mailboxes, isEverything);
        }
    }

    private async Task NotifyAsync(IEnumerable<string> payloads, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlBatch batch = new(connection);

        // A batch is one transaction; it has nothing that is worth a sync.
        batch.BatchCommands.Add(new("SET LOCAL synchronous_commit = off"));
        foreach (string payload in payloads)
            batch.BatchCommands.Add(new($"SELECT pg_notify('{ChannelName}', $1)") { Parameters = { new() { Value = $"{_sender}:{payload}" } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<string> PayloadsOf(IEnumerable<MailboxKey> mailboxes) =>
        mailboxes.Chunk(PayloadLength / 20).Select(some => string.Join(',', some));

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();             // the first watcher holds the lock
        bool isAway = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await _cell.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, notification) => Take(notification.Payload);
                await ExecuteAsync(connection, $"LISTEN {ChannelName}", cancellationToken);
                isAway = false;
                TellAll();
                while (true)
                {
                    if (!await connection.WaitAsync(Heartbeat, cancellationToken))
                        await ExecuteAsync(connection, "SELECT 1", cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
            {
                if (!isAway)
                    LogNotListening(problem);
                isAway = true;
            }

            await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What another node says; our own sessions know our own changes already.</summary>
    private void Take(string payload)
    {
        int colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || payload.AsSpan(0, colon).SequenceEqual(_sender))
            return;
        if (payload[(colon + 1)..] == Everything)
        {
            TellAll();
            return;
        }

        Tell(payload[(colon + 1)..].Split(',')
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? new MailboxKey(id) : default));
    }

    private void Tell(IEnumerable<MailboxKey> mailboxes)
    {
        Action[] told;
        lock (_gate)
            told = _watchers.Count == 0 ? [] : [.. mailboxes.SelectMany(mailbox => _watchers.GetValueOrDefault(mailbox, []))];
        Call(told);
    }

    private void TellAll()
    {
        Action[] told;
        lock (_gate)
            told = [.. _watchers.Values.SelectMany(watchers => watchers)];
        Call(told);
    }

    private void Call(Action[] told)
    {
        foreach (Action changed in told)
        {
            try
            {
                changed();
            }
            catch (Exception problem)
            {
                // One session's fault must not keep the others from hearing.
                LogWatcherFailed(problem);
            }
        }
    }

    private void Remove(MailboxKey mailbox, Action changed)
    {
        lock (_gate)
        {
            if (_watchers.TryGetValue(mailbox, out List<Action>? watchers) && watchers.Remove(changed) && watchers.Count == 0)
                _watchers.Remove(mailbox);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other nodes could not be told of changes; they are told to look again when the database is back.")]
    private partial void LogNotSent(Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node does not hear of changes on other nodes; all sessions look again when it does.")]
    private partial void LogNotListening(Exception problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "A session that was told of a change failed.")]
    private partial void LogWatcherFailed(Exception problem);

    private sealed class Watching(ChangeHints hints, MailboxKey mailbox, Action changed) : IDisposable
    {
        private Action? _changed = changed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _changed, null) is { } mine)
                hints.Remove(mailbox, mine);
        }
    }
}
