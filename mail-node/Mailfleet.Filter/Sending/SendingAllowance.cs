namespace Mailfleet.Filter.Sending;

/// <summary>What one account may send. Hours are those of the clock, a day is the last 24 of them.</summary>
public sealed record SendingAllowance
{
    /// <summary>A busy desk sends some tens an hour, a shop's order system some hundreds; a stolen password tries for all it can get.</summary>
    public int MessagesPerHour { get; init; } = 1_000;

    /// <summary>Five full hours: more than once a day is a service of its own.</summary>
    public int MessagesPerDay { get; init; } = 5_000;

    /// <summary>Five to a message on average; newsletters are the lists' work.</summary>
    public int RecipientsPerHour { get; init; } = 5_000;

    /// <summary>Twice what the large providers allow their paying users (10,000).</summary>
    public int RecipientsPerDay { get; init; } = 20_000;
}
