using System.Net;
using System.Threading.Channels;
using Mailfleet.Filter.Bans;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Filter;

/// <summary>
/// What this node holds for and against its peers. Misdeeds add up by address and by network until they are a ban, which counts here at once and on the
/// other nodes when <see cref="BanKeeper"/> has written it. An address that users log in from is not shut out for what its network does.
/// </summary>
public sealed class PeerPolicy : IPeerPolicy
{
    private const int WaitingBans = 10_000; // an attack from more addresses than that between two writes is banned at the next misdeed

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly LeakyBuckets<NetworkPrefix> _offences;
    private readonly LeakyBuckets<NetworkPrefix> _networkOffences;
    private readonly LeakyBuckets<NetworkPrefix> _connections;
    private readonly LeakyBuckets<NetworkPrefix> _networkConnections;
    private readonly LeakyBuckets<NetworkPrefix> _messages;
    private readonly AddressMemory _waited;
    private readonly AddressMemory _users;
    private readonly Channel<(NetworkPrefix Prefix, string Reason)> _made =
        Channel.CreateBounded<(NetworkPrefix, string)>(new BoundedChannelOptions(WaitingBans) { FullMode = BoundedChannelFullMode.DropWrite });

    public PeerPolicy(DefenceLimits limits, TimeProvider clock, ILogger<PeerPolicy> logger)
    {
        (Limits, _logger, Bans) = (limits, logger, new BanList(limits.Addresses, clock));
        _offences = new LeakyBuckets<NetworkPrefix>(limits.AddressOffences, limits.Addresses, clock);
        _networkOffences = new LeakyBuckets<NetworkPrefix>(limits.NetworkOffences, limits.Addresses, clock);
        _connections = new LeakyBuckets<NetworkPrefix>(limits.AddressConnections, limits.Addresses, clock);
        _networkConnections = new LeakyBuckets<NetworkPrefix>(limits.NetworkConnections, limits.Addresses, clock);
        _messages = new LeakyBuckets<NetworkPrefix>(limits.AddressMessages, limits.Addresses, clock);
        _waited = new AddressMemory(limits.Addresses, limits.RememberedFor, clock);
        _users = new AddressMemory(limits.Addresses, limits.RememberedFor, clock);
    }

    /// <summary>What is in force.</summary>
    public DefenceLimits Limits { get; private set; }

    internal BanList Bans { get; }

    /// <summary>Bans that were made here and are to be told to the cell.</summary>
    internal ChannelReader<(NetworkPrefix Prefix, string Reason)> Made => _made.Reader;

    /// <summary>New limits from now on; what stands against peers stays.</summary>
    public void Reload(DefenceLimits limits)
    {
        lock (_lock)
        {
            Limits = limits;
            Bans.Capacity = _waited.Capacity = _users.Capacity = limits.Addresses;
            foreach ((LeakyBuckets<NetworkPrefix> buckets, BucketLimit limit) in ((LeakyBuckets<NetworkPrefix>, BucketLimit)[])
                [
                    (_offences, limits.AddressOffences), (_networkOffences, limits.NetworkOffences), (_connections, limits.AddressConnections),
                    (_networkConnections, limits.NetworkConnections), (_messages, limits.AddressMessages),
                ])
            {
                buckets.Limit = limit;
                buckets.Resize(limits.Addresses);
            }
        }
    }

    public bool Admits(IPAddress address)
    {
        NetworkPrefix own = NetworkPrefix.AddressOf(address);
        NetworkPrefix network = NetworkPrefix.NetworkOf(address);
        BanKind ban = Bans.Find(address);
        lock (_lock)
        {
            if (ban == BanKind.Address)
                return false;
            bool hasUsers = _users.Contains(own);
            if (ban == BanKind.Network && !hasUsers)
                return false;

            if (_connections.IsFull(own))
            {
                Offend(own, network, Offence.TooManyConnections);
                return false;
            }

            if (!hasUsers && _networkConnections.IsFull(network))
                return false;
            _connections.Add(own);
            _networkConnections.Add(network);
            return true;
        }
    }

    public bool HasWaited(IPAddress address)
    {
        lock (_lock)
            return _waited.Contains(NetworkPrefix.AddressOf(address));
    }

    /// <summary>Counts a message that the address begins; false when it has begun too many.</summary>
    public bool TakesMessage(IPAddress address)
    {
        NetworkPrefix own = NetworkPrefix.AddressOf(address);
        lock (_lock)
        {
            if (_messages.IsFull(own))
                return false;
            _messages.Add(own);
            return true;
        }
    }

    public void HasEnded(IPAddress address, SessionTally tally)
    {
        NetworkPrefix own = NetworkPrefix.AddressOf(address);
        lock (_lock)
        {
            if (tally.HasWaited)
                _waited.Add(own);
            if (tally.IsLoggedIn)
                _users.Add(own);
            if (tally.Offences > 0)
                Offend(own, NetworkPrefix.NetworkOf(address), tally.Offences);
        }
    }

    /// <summary>Takes over what the cell says of a prefix. A ban that ended before its time was removed by an operator, and its misdeeds with it.</summary>
    internal void Learn(NetworkPrefix prefix, TimeSpan left)
    {
        Bans.Set(prefix, left);
        if (left > TimeSpan.Zero)
            return;
        lock (_lock)
        {
            _offences.Empty(prefix);
            _networkOffences.Empty(prefix);
        }
    }

    private void Offend(NetworkPrefix own, NetworkPrefix network, int points)
    {
        if (_offences.Add(own, points) >= Limits.AddressOffences.AtOnce)
            BanHeld(own, "misdeeds of the address");
        if (_networkOffences.Add(network, points) >= Limits.NetworkOffences.AtOnce)
            BanHeld(network, "misdeeds of the network");
    }

    // Its bucket stays full: who goes on after the ban is banned again, for longer.
    private void BanHeld(NetworkPrefix prefix, string reason)
    {
        if (Bans.Contains(prefix) || !Bans.Set(prefix, Limits.FirstBan))
            return;
        _made.Writer.TryWrite((prefix, reason));
        _logger.Banned(prefix, reason);
        FilterMetrics.Banned();
    }
}
