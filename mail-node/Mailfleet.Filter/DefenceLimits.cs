using Mailfleet.Wire.Peers;

namespace Mailfleet.Filter;

/// <summary>What a peer may do before it is let in no more.</summary>
public sealed record DefenceLimits
{
    /// <summary>Points of misdeeds of one address (<see cref="Offence"/>): ten sessions of nothing but errors, or a dictionary of fifty names.</summary>
    public BucketLimit AddressOffences { get; init; } = new(50, 50);

    /// <summary>Points of one network (/24, /48): twenty such addresses; more is not one customer's broken machine.</summary>
    public BucketLimit NetworkOffences { get; init; } = new(1_000, 1_000);

    /// <summary>Connections of one address: five a second for ever; a large sender keeps its connections.</summary>
    public BucketLimit AddressConnections { get; init; } = new(300, 18_000);

    /// <summary>Connections of one network: the outgoing hosts of a large provider.</summary>
    public BucketLimit NetworkConnections { get; init; } = new(3_000, 180_000);

    /// <summary>Messages that one address may begin at the MX: a provider's busiest host sends tens a second; the queue of a robot has no end.</summary>
    public BucketLimit AddressMessages { get; init; } = new(10_000, 100_000);

    /// <summary>The first ban: a robot turns to others meanwhile, and a mistake is soon forgiven.</summary>
    public TimeSpan FirstBan { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Each further ban within a day of the last is four times as long, up to this.</summary>
    public TimeSpan LongestBan { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Addresses remembered of each kind, about 100 bytes each.</summary>
    public int Addresses { get; init; } = 50_000;

    /// <summary>How long an address that waited for the greeting, or had a log-in, is remembered for it.</summary>
    public TimeSpan RememberedFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time between two looks at the cell's bans: what one node has learned, all know within two seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
