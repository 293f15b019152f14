using Mailfleet.Delivery.Resolving;

namespace Mailfleet.Delivery.Client;

/// <summary>Connections that wait for the next message to their server, a few seconds each. The latest one goes first: it is the least likely to be closed.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    private const int Capacity = 200;           // sockets held for nobody; beyond it a connection simply ends

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<MailServer, Stack<ServerConnection>> _idle = [];
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;
    private int _count;
    private bool _isClosed;

    public ConnectionPool(TimeProvider clock)
    {
        _clock = clock;
        _sweep = clock.CreateTimer(static pool => ((ConnectionPool)pool!).Sweep(), this, Step, Step);
    }

    /// <summary>How long a connection may wait; changes with the settings.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Null when none is waiting.</summary>
    public ServerConnection? Take(MailServer server)
    {
        lock (_gate)
        {
            if (!_idle.TryGetValue(server, out Stack<ServerConnection>? waiting))
                return null;
            ServerConnection connection = waiting.Pop();
            _count--;
            if (waiting.Count == 0)
                _idle.Remove(server);
            return connection;
        }
    }

    /// <summary>Keeps a usable connection for the next message, or ends it.</summary>
    /// <param name="server">As it was asked for; the connection may have given up TLS since.</param>
    public async ValueTask ReturnAsync(MailServer server, ServerConnection connection)
    {
        if (!connection.IsUsable || !TryKeep(server, connection))
            await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        List<ServerConnection> all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _idle.Values.SelectMany(waiting => waiting)];
            _idle.Clear();
            _count = 0;
        }

        foreach (ServerConnection connection in all)
            await connection.DisposeAsync();
    }

    private bool TryKeep(MailServer server, ServerConnection connection)
    {
        lock (_gate)
        {
            if (_isClosed || _count >= Capacity)
                return false;
            if (!_idle.TryGetValue(server, out Stack<ServerConnection>? waiting))
                _idle.Add(server, waiting = []);
            connection.IdleSince = _clock.GetTimestamp();
            waiting.Push(connection);
            _count++;
            return true;
        }
    }

    private void Sweep()
    {
        List<ServerConnection> old = [];
        lock (_gate)
        {
            foreach ((MailServer server, Stack<ServerConnection> waiting) in _idle.ToArray())
            {
                ServerConnection[] kept = [.. waiting.Where(connection => _clock.GetElapsedTime(connection.IdleSince) < Lifetime).Reverse()];
                if (kept.Length == waiting.Count)
                    continue;
                old.AddRange(waiting.Except(kept));
                if (kept.Length == 0)
                    _idle.Remove(server);
                else
                    _idle[server] = new Stack<ServerConnection>(kept);
            }

            _count -= old.Count;
        }

        foreach (ServerConnection connection in old)
            _ = connection.DisposeAsync().AsTask();     // says goodbye and closes; a connection's end never throws
    }
}
