using System.ComponentModel.DataAnnotations;
using Mailfleet.Directory.LogIns;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Node.Options;

/// <summary>What failed log-ins cost, and what checking passwords may cost. Each count is so many failures at once, then so many an hour.</summary>
public sealed record LogInOptions
{
    /// <summary>Failures by one address for one account: a device with an old password counts once however often it tries, a person finds it within ten.</summary>
    [Range(3, 10_000)]
    public int PairFailures { get; init; } = 10;

    /// <summary>Of these, forgotten each hour.</summary>
    [Range(1, 10_000)]
    public int PairFailuresPerHour { get; init; } = 30;

    /// <summary>Failures by one address (IPv6: one /64) for accounts that are not known there: an office on the day after its passwords changed.</summary>
    [Range(3, 100_000)]
    public int AddressFailures { get; init; } = 20;

    /// <summary>Of these, forgotten each hour.</summary>
    [Range(1, 100_000)]
    public int AddressFailuresPerHour { get; init; } = 60;

    /// <summary>Failures by one network (/24, /48): five such offices.</summary>
    [Range(3, 1_000_000)]
    public int NetworkFailures { get; init; } = 100;

    /// <summary>Of these, forgotten each hour.</summary>
    [Range(1, 1_000_000)]
    public int NetworkFailuresPerHour { get; init; } = 300;

    /// <summary>Failures for one account from where it does not usually come from: half of what NIST SP 800-63B §5.2.2 allows in a row.</summary>
    [Range(3, 10_000)]
    public int AccountFailures { get; init; } = 50;

    /// <summary>Of these, forgotten each hour: 480 guesses a day.</summary>
    [Range(1, 10_000)]
    public int AccountFailuresPerHour { get; init; } = 20;

    /// <summary>How much longer a refusal waits for each failure that stands against the client, after the first.</summary>
    [Range(0, 60)]
    public int DelaySeconds { get; init; } = 1;

    /// <summary>The longest wait of a refusal: mail programs give up after half a minute and would report the server, not the password.</summary>
    [Range(0, 60)]
    public int MaxDelaySeconds { get; init; } = 10;

    /// <summary>Password checks at one time; 0 for one less than the cores. Each takes a core and 19 MiB for some 30 ms; one core stays free for mail.</summary>
    [Range(0, 1_024)]
    public int ConcurrentChecks { get; init; }

    /// <summary>Password checks that may wait, and as many again from where their accounts are known: about two seconds' work of a core.</summary>
    [Range(0, 10_000)]
    public int WaitingChecks { get; init; } = 64;

    /// <summary>Checks that run or wait for one address: as many as a mail program opens connections.</summary>
    [Range(1, 10_000)]
    public int ChecksPerAddress { get; init; } = 8;

    /// <summary>Checks that run or wait for one network: a quarter of the line.</summary>
    [Range(1, 10_000)]
    public int ChecksPerNetwork { get; init; } = 16;

    /// <summary>How long a log-in that succeeded needs no check: a mail program opens several connections and comes back every few minutes.</summary>
    [Range(0, 3_600)]
    public int RememberedSeconds { get; init; } = 300;

    /// <summary>How long an address stays known for an account after its last log-in from there: longer than a holiday.</summary>
    [Range(1, 365)]
    public int KnownDays { get; init; } = 30;

    /// <summary>Addresses known of one account: home, work, telephone and a few more.</summary>
    [Range(1, 100)]
    public int KnownAddresses { get; init; } = 8;

    /// <summary>Accounts whose addresses are known: all of a cell of the planned size.</summary>
    [Range(100, 10_000_000)]
    public int KnownAccounts { get; init; } = 100_000;

    /// <summary>Counts kept of each kind, about 100 bytes each.</summary>
    [Range(1_000, 10_000_000)]
    public int Buckets { get; init; } = 50_000;

    internal LogInLimits ToLimits() => new()
    {
        Pair = new BucketLimit(PairFailures, PairFailuresPerHour),
        Address = new BucketLimit(AddressFailures, AddressFailuresPerHour),
        Network = new BucketLimit(NetworkFailures, NetworkFailuresPerHour),
        Account = new BucketLimit(AccountFailures, AccountFailuresPerHour),
        DelayStep = TimeSpan.FromSeconds(DelaySeconds),
        MaxDelay = TimeSpan.FromSeconds(MaxDelaySeconds),
        ChecksPerAddress = ChecksPerAddress,
        ChecksPerNetwork = ChecksPerNetwork,
        Buckets = Buckets,
        KnownAccounts = KnownAccounts,
        AddressesPerAccount = KnownAddresses,
        KnownFor = TimeSpan.FromDays(KnownDays),
    };
}
