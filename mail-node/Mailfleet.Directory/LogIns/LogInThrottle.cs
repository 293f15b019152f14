using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Directory.LogIns;

/// <summary>
/// Counts failed log-ins against the address, its network, the account, and the account at that address. A try is counted before it is judged and taken
/// back when it was right, so that many at once are no way around. An account is known where it has logged in before: there only the pair counts, and
/// whoever attacks it from elsewhere cannot lock its owner out.
/// </summary>
internal sealed class LogInThrottle(LogInLimits limits, TimeProvider clock, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly LeakyBuckets<NetworkPrefix> _addresses = new(limits.Address, limits.Buckets, clock);
    private readonly LeakyBuckets<NetworkPrefix> _networks = new(limits.Network, limits.Buckets, clock);
    private readonly LeakyBuckets<AddressKey> _accounts = new(limits.Account, limits.Buckets, clock);
    private readonly LeakyBuckets<(AddressKey? Account, NetworkPrefix Address)> _pairs = new(limits.Pair, limits.Buckets, clock);
    private readonly Dictionary<(LogInParty Party, ulong Mark), LogInTry> _underWay = [];
    private readonly KnownAddresses _known = new(limits, clock);
    private LogInLimits _limits = limits;

    /// <summary>New limits from now on; what has been counted stays.</summary>
    public void Reload(LogInLimits now)
    {
        lock (_lock)
        {
            _limits = _known.Limits = now;
            (_addresses.Limit, _networks.Limit, _accounts.Limit, _pairs.Limit) = (now.Address, now.Network, now.Account, now.Pair);
            _addresses.Resize(now.Buckets);
            _networks.Resize(now.Buckets);
            _accounts.Resize(now.Buckets);
            _pairs.Resize(now.Buckets);
        }
    }

    /// <summary>Counts a try.</summary>
    /// <param name="account">Null when what was given as log-in can be nobody's.</param>
    public LogInAttempt Begin(LogInSource source, AddressKey? account, string password)
    {
        LogInParty party = new(account, NetworkPrefix.AddressOf(source.Address), NetworkPrefix.NetworkOf(source.Address));
        ulong mark = MarkOf(password);
        lock (_lock)
        {
            bool isKnown = account is { } known && _known.Contains(known, party.Address);

            // The same password again teaches nothing more: a mail program that was not told the new one must not lock its user out. It is work all the
            // same, which counts against an address that is not known.
            bool isRepeated = account is not null && _pairs.MarkOf(party.Pair) == mark;
            if (_underWay.TryGetValue((party, mark), out LogInTry? same))
            {
                same.Members++;
                return new LogInAttempt(this, same);
            }

            CountedBy counts = CountedBy.Nothing;
            if (!source.IsTrusted && !isKnown)
                counts |= CountedBy.Address;
            if (account is not null && !isRepeated)
                counts |= isKnown ? CountedBy.Pair : CountedBy.Pair | CountedBy.Account;

            if (IsFull(party, counts))
                return LogInAttempt.Refused(isKnown, _limits.MaxDelay);
            double level = isRepeated ? _pairs.LevelOf(party.Pair) : 0;
            LogInTry first = new(party, mark, isKnown, DelayAt(Math.Max(level, Count(party, counts)))) { Counts = counts };
            _underWay.Add((party, mark), first);
            return new LogInAttempt(this, first);
        }
    }

    public void Succeed(LogInTry what)
    {
        lock (_lock)
        {
            TakeBack(what);
            _known.Add(what.Party.Account!.Value, what.Party.Address);
        }
    }

    public void Fail(LogInTry what)
    {
        lock (_lock)
        {
            what.IsWrong = true;
            _pairs.Mark(what.Party.Pair, what.Mark);
        }
    }

    public void Leave(LogInTry what)
    {
        lock (_lock)
        {
            if (--what.Members > 0)
                return;
            _underWay.Remove((what.Party, what.Mark));
            if (!what.IsWrong)
                TakeBack(what);                         // nobody was told anything
        }
    }

    private bool IsFull(LogInParty party, CountedBy counts) =>
        (counts.HasFlag(CountedBy.Address) && (_addresses.IsFull(party.Address) || _networks.IsFull(party.Network)))
        || (counts.HasFlag(CountedBy.Pair) && _pairs.IsFull(party.Pair))
        || (counts.HasFlag(CountedBy.Account) && _accounts.IsFull(party.Account!.Value));

    // The level that the client's own doing has reached; others' attacks on the account slow nobody down.
    private double Count(LogInParty party, CountedBy counts)
    {
        double level = 0;
        if (counts.HasFlag(CountedBy.Address))
        {
            level = _addresses.Add(party.Address);
            Tell("address", level, _limits.Address, party);
            Tell("network", _networks.Add(party.Network), _limits.Network, party);
        }

        if (counts.HasFlag(CountedBy.Pair))
        {
            double ofPair = _pairs.Add(party.Pair);
            level = Math.Max(level, ofPair);
            Tell("pair", ofPair, _limits.Pair, party);
        }

        if (counts.HasFlag(CountedBy.Account))
            Tell("account", _accounts.Add(party.Account!.Value), _limits.Account, party);
        return level;
    }

    private void TakeBack(LogInTry what)
    {
        (LogInParty party, CountedBy counts) = (what.Party, what.Counts);
        what.Counts = CountedBy.Nothing;
        if (counts.HasFlag(CountedBy.Address))
        {
            _addresses.TakeBack(party.Address);
            _networks.TakeBack(party.Network);
        }

        if (counts.HasFlag(CountedBy.Pair))
            _pairs.TakeBack(party.Pair);
        if (counts.HasFlag(CountedBy.Account))
            _accounts.TakeBack(party.Account!.Value);
    }

    // Part of a failure may have leaked; it still was one.
    private TimeSpan DelayAt(double level)
    {
        TimeSpan delay = _limits.DelayStep * Math.Max(0, Math.Ceiling(level) - 1);
        return delay < _limits.MaxDelay ? delay : _limits.MaxDelay;
    }

    // Once each time a bucket fills, not for each try: a flood must not become one in the log.
    private void Tell(string bucket, double level, BucketLimit limit, LogInParty party)
    {
        if (level > limit.AtOnce - 1)
            logger.LogInsThrottled(bucket, party.Address, party.Account?.ToString() ?? "nobody");
    }

    // 64 bits under a key that dies with the process: enough to know the same again, nothing to try passwords against.
    private ulong MarkOf(string password)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, MemoryMarshal.AsBytes(password.AsSpan()), mac);
        return BinaryPrimitives.ReadUInt64LittleEndian(mac) | 1;    // never 0, which is no mark
    }
}
