using Npgsql;

namespace Mailfleet.Cell.Nodes;

/// <summary>
/// Whether this start still owns what carries its epoch. The database's clock decides when a lease is over; this process goes by its own monotonic clock from
/// before the renewal that succeeded, and gives up a little earlier, so it never believes longer than the database does. A start that was stopped for longer
/// than its lease (SIGSTOP, a machine that slept) finds that it has lapsed before it does anything, and what it thought it owned may be somebody else's by now.
/// </summary>
public sealed class NodeLease
{
    // Clocks drift by far less; what was decided at the last moment still needs its packets sent.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly NodeRegistry _registry;
    private readonly TimeProvider _clock;
    private long _renewedAt;
    private int _lapses;
    private volatile bool _isLost;

    /// <param name="registeredAt">Time stamp of the clock from before the registration.</param>
    public NodeLease(NodeRegistry registry, NodeRegistration node, TimeProvider clock, long registeredAt)
    {
        _registry = registry;
        Node = node;
        _clock = clock;
        _renewedAt = registeredAt;
    }

    public NodeRegistration Node { get; }

    /// <summary>How often the lease ran out before it was renewed. What was claimed before a lapse is no longer owned after it.</summary>
    public int Lapses => Volatile.Read(ref _lapses);

    public bool IsHeld => !_isLost && _clock.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _registry.Lease - Margin;

    /// <summary>Extends the lease. False when a newer start has taken the name: this process must stop.</summary>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        long before = _clock.GetTimestamp();
        switch (await _registry.RenewAsync(Node, cancellationToken))
        {
            case LeaseRenewal.Lost:
                _isLost = true;
                return false;
            case LeaseRenewal.Lapsed:
                Interlocked.Increment(ref _lapses);     // before it counts as held again
                break;
        }

        Volatile.Write(ref _renewedAt, before);
        return true;
    }

    /// <summary>Renews three times a lease until cancelled. Returns early only when a newer start has taken the name; faults are the caller's to log.</summary>
    /// <param name="onFault">Called when a renewal failed; the next one is tried all the same.</param>
    public async Task KeepAsync(Action<Exception> onFault, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_registry.Lease / 3, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    if (!await RenewAsync(cancellationToken))
                        return;
                }
                catch (NpgsqlException exception)
                {
                    onFault(exception);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller has asked the node to stop: this is how the loop ends.
        }
    }
}
