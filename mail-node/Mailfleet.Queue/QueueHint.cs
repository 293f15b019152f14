using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Queue;

/// <summary>
/// "Look into the queue", from any node to all: NOTIFY on a connection of its own, after the commit, coalesced. Only a hint: without it a sweep finds the rows.
/// </summary>
internal sealed partial class QueueHint(NpgsqlDataSource cell, ILogger log) : IAsyncDisposable
{
    public const string Channel = "mailfleet_queue";

    /// <summary>Payload of a hint that rows were taken out of nodes' hands.</summary>
    public const string Changed = "changed";

    private readonly ILogger _log = log;
    private NpgsqlConnection? _listener;
    private int _isGiving;
    private int _hasChanged;

    /// <summary>Tells all nodes, soon. Calls that come while one is on its way become one.</summary>
    public void Give()
    {
        if (Interlocked.Exchange(ref _isGiving, 1) == 0)
            _ = Task.Run(GiveAsync);
    }

    /// <summary>Whether somebody has changed rows since this was asked last.</summary>
    public bool TakeChanged() => Interlocked.Exchange(ref _hasChanged, 0) != 0;

    /// <summary>Returns at the next hint, or when the time is over. Never throws.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            if (_listener is null)
            {
                _listener = await cell.OpenConnectionAsync(cancellationToken);
                _listener.Notification += OnNotification;
                Volatile.Write(ref _hasChanged, 1);     // what came before nobody has heard
                await using NpgsqlCommand listen = new($"LISTEN {Channel}", _listener);
                await listen.ExecuteNonQueryAsync(cancellationToken);
            }

            await _listener.WaitAsync(atMost, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller stops.
        }
        catch (Exception fault) when (fault is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
        {
            LogDeaf(fault);
            await ForgetListenerAsync();
            await Task.Delay(atMost, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync() => await ForgetListenerAsync();

    private void OnNotification(object sender, NpgsqlNotificationEventArgs hint)
    {
        if (hint.Payload == Changed)
            Volatile.Write(ref _hasChanged, 1);
    }

    private async Task GiveAsync()
    {
        Volatile.Write(ref _isGiving, 0);               // before: what is committed from here on gets a hint of its own
        try
        {
            await using NpgsqlCommand notify = cell.CreateCommand($"NOTIFY {Channel}");
            await notify.ExecuteNonQueryAsync();
        }
        catch (Exception fault) when (fault is NpgsqlException or IOException or ObjectDisposedException)
        {
            LogDumb(fault);
        }
    }

    // The pool does not reset its connections: one that went back listening would gather hints for nobody.
    private async Task ForgetListenerAsync()
    {
        if (_listener is not { } listener)
            return;
        _listener = null;
        listener.Notification -= OnNotification;
        try
        {
            if (listener.State == System.Data.ConnectionState.Open)
            {
                await using NpgsqlCommand stop = new("UNLISTEN *", listener);
                await stop.ExecuteNonQueryAsync();
            }
        }
        catch (Exception fault) when (fault is NpgsqlException or IOException or InvalidOperationException)
        {
            LogDeaf(fault);                             // a broken connection does not go back to the pool
        }

        await listener.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Hints about the queue cannot be heard now; it is looked at each second.")]
    private partial void LogDeaf(Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "A hint about the queue could not be given; others find the mail within a second.")]
    private partial void LogDumb(Exception fault);
}
