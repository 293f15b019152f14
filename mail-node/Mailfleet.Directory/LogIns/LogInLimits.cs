using Mailfleet.Wire.Peers;

namespace Mailfleet.Directory.LogIns;

/// <summary>
/// What failed log-ins cost. Each count is a leaky bucket: so many failures at once, then so many an hour, and nothing that a client does empties it
/// sooner.
/// </summary>
public sealed record LogInLimits
{
    /// <summary>By one address for one account: a device with an old password counts once however often it tries, a person finds it within ten.</summary>
    public BucketLimit Pair { get; init; } = new(10, 30);

    /// <summary>By one address for all accounts where it is not known: an office behind one address on the day after its passwords changed.</summary>
    public BucketLimit Address { get; init; } = new(20, 60);

    /// <summary>By one network (/24, /48): five such offices; a hired range of addresses has no more guesses than they.</summary>
    public BucketLimit Network { get; init; } = new(100, 300);

    /// <summary>For one account from everywhere that it does not usually come from. NIST SP 800-63B §5.2.2 allows 100 failures in a row; half of it, and 480 a day.</summary>
    public BucketLimit Account { get; init; } = new(50, 20);

    /// <summary>A refusal waits this much longer for each failure that stands against the client, after the first.</summary>
    public TimeSpan DelayStep { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait: mail programs give up after half a minute, and would report the server, not the password.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Password checks that run or wait for one address: as many as a mail program opens connections.</summary>
    public int ChecksPerAddress { get; init; } = 8;

    /// <summary>Password checks that run or wait for one network: a quarter of the line.</summary>
    public int ChecksPerNetwork { get; init; } = 16;

    /// <summary>Buckets kept of each kind, about 100 bytes each; when there are more, those that are nearly empty go first.</summary>
    public int Buckets { get; init; } = 50_000;

    /// <summary>Accounts whose usual addresses are remembered: all of a cell of the planned size.</summary>
    public int KnownAccounts { get; init; } = 100_000;

    /// <summary>Usual addresses of one account: home, work, telephone and a few more; a thief cannot push them all out by travelling.</summary>
    public int AddressesPerAccount { get; init; } = 8;

    /// <summary>How long an address stays usual after its last success: longer than a holiday.</summary>
    public TimeSpan KnownFor { get; init; } = TimeSpan.FromDays(30);

    internal void Validate()
    {
        foreach (BucketLimit limit in (BucketLimit[])[Pair, Address, Network, Account])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit.AtOnce, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(limit.PerHour, 1);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(DelayStep.Ticks);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDelay.Ticks);
        foreach (int count in (int[])[ChecksPerAddress, ChecksPerNetwork, Buckets, KnownAccounts, AddressesPerAccount])
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KnownFor, TimeSpan.Zero);
    }
}
