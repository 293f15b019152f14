using Mailfleet.Filter.Storage;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Filter;

/// <summary>
/// Tells the cell of this node's bans and learns those of the others, each second. While the database is away the node goes by what it knows; what it
/// could not write is written afterwards.
/// </summary>
public sealed class BanKeeper(PeerPolicy policy, BanRows rows, TimeProvider clock, ILogger<BanKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    private string? _lastLook;
    private long? _prunedAt;
    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(policy.Limits.PollInterval, clock);
        do
            await ExchangeAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round; a failure is logged once and answered with false.</summary>
    internal async Task<bool> ExchangeAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyCollection<NetworkPrefix> known = _lastLook is null ? policy.Bans.Prefixes : [];

            // A ban leaves the line when it is written: a fault in between keeps it.
            while (policy.Made.TryPeek(out (NetworkPrefix Prefix, string Reason) made))
            {
                await rows.AddAsync(made.Prefix, made.Reason, policy.Limits.FirstBan, policy.Limits.LongestBan, cancellationToken);
                policy.Made.TryRead(out _);
            }

            (string snapshot, IReadOnlyList<(NetworkPrefix Prefix, TimeSpan Left)> bans) = await rows.LookAsync(_lastLook, cancellationToken);
            foreach ((NetworkPrefix prefix, TimeSpan left) in bans)
                policy.Learn(prefix, left);

            // A look at all that run, after a fault: what was known before it and is not among them has been removed meanwhile.
            foreach (NetworkPrefix removed in known.Except(bans.Select(ban => ban.Prefix)))
                policy.Learn(removed, TimeSpan.Zero);
            policy.Bans.Prune();
            _lastLook = snapshot;
            if (_prunedAt is not { } last || clock.GetElapsedTime(last) >= PruneInterval)
            {
                await rows.PruneAsync(cancellationToken);
                _prunedAt = clock.GetTimestamp();
            }
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            _lastLook = null;                           // it may be another server when it is back
            if (!_isLost)
                logger.BansLost(fault);
            _isLost = true;
            return false;
        }

        if (_isLost)
            logger.BansFound();
        _isLost = false;
        return true;
    }
}
