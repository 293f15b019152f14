using System.ComponentModel.DataAnnotations;
using Mailfleet.Filter;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Node.Options;

/// <summary>What a peer may do before it is let in no more. Trusted addresses are exempt from all of it.</summary>
public sealed record DefenceOptions
{
    /// <summary>Points of misdeeds of one address before it is banned: ten sessions of nothing but errors, or a dictionary of fifty names.</summary>
    [Range(5, 1_000_000)]
    public int AddressOffences { get; init; } = 50;

    /// <summary>Of these, forgotten each hour.</summary>
    [Range(1, 1_000_000)]
    public int AddressOffencesPerHour { get; init; } = 50;

    /// <summary>Points of one network (/24, /48) before it is banned: twenty such addresses.</summary>
    [Range(5, 10_000_000)]
    public int NetworkOffences { get; init; } = 1_000;

    /// <summary>Of these, forgotten each hour.</summary>
    [Range(1, 10_000_000)]
    public int NetworkOffencesPerHour { get; init; } = 1_000;

    /// <summary>New connections of one address at once.</summary>
    [Range(1, 10_000_000)]
    public int AddressConnections { get; init; } = 300;

    /// <summary>New connections of one address an hour: five a second for ever; a large sender keeps its connections.</summary>
    [Range(1, 100_000_000)]
    public int AddressConnectionsPerHour { get; init; } = 18_000;

    /// <summary>New connections of one network at once.</summary>
    [Range(1, 10_000_000)]
    public int NetworkConnections { get; init; } = 3_000;

    /// <summary>New connections of one network an hour: the outgoing hosts of a large provider.</summary>
    [Range(1, 100_000_000)]
    public int NetworkConnectionsPerHour { get; init; } = 180_000;

    /// <summary>Messages that one address may begin at the MX at once; 451 4.7.1 beyond it.</summary>
    [Range(1, 100_000_000)]
    public int AddressMessages { get; init; } = 10_000;

    /// <summary>Messages of one address an hour: a provider's busiest host sends tens a second; the queue of a robot has no end.</summary>
    [Range(1, 1_000_000_000)]
    public int AddressMessagesPerHour { get; init; } = 100_000;

    /// <summary>How long the greeting of a stranger's first connection to the MX is held back, to see who does not wait for it (RFC 5321 §4.3.1); 0 for never. An address that has waited is not asked again for a week.</summary>
    [Range(0, 30)]
    public int GreetingSeconds { get; init; } = 1;

    /// <summary>Unknown recipients of a session that are answered at once, the others after a second each; a list that has aged has some.</summary>
    [Range(0, 10_000)]
    public int FreeUnknownRecipients { get; init; } = 5;

    /// <summary>Unknown recipients that end a session: guessing addresses needs thousands.</summary>
    [Range(1, 10_000)]
    public int UnknownRecipients { get; init; } = 30;

    /// <summary>The first ban: a robot turns to others meanwhile, and a mistake is soon forgiven. Each further one within a day is four times as long.</summary>
    [Range(1, 86_400)]
    public int BanSeconds { get; init; } = 900;

    /// <summary>The longest ban that a node makes.</summary>
    [Range(1, 2_592_000)]
    public int LongestBanSeconds { get; init; } = 86_400;

    /// <summary>Addresses remembered of each kind, about 100 bytes each.</summary>
    [Range(1_000, 10_000_000)]
    public int Addresses { get; init; } = 50_000;

    internal DefenceLimits ToLimits() => new()
    {
        AddressOffences = new BucketLimit(AddressOffences, AddressOffencesPerHour),
        NetworkOffences = new BucketLimit(NetworkOffences, NetworkOffencesPerHour),
        AddressConnections = new BucketLimit(AddressConnections, AddressConnectionsPerHour),
        NetworkConnections = new BucketLimit(NetworkConnections, NetworkConnectionsPerHour),
        AddressMessages = new BucketLimit(AddressMessages, AddressMessagesPerHour),
        FirstBan = TimeSpan.FromSeconds(BanSeconds),
        LongestBan = TimeSpan.FromSeconds(LongestBanSeconds),
        Addresses = Addresses,
    };
}
