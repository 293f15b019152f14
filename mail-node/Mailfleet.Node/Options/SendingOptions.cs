using System.ComponentModel.DataAnnotations;
using Mailfleet.Filter.Sending;

namespace Mailfleet.Node.Options;

/// <summary>What one account may send; 451 4.7.1 beyond it. Hours are those of the clock, a day is the last 24 of them.</summary>
public sealed record SendingOptions
{
    /// <summary>Messages of an account an hour: an order system sends some hundreds; a stolen password tries for all it can get.</summary>
    [Range(1, 1_000_000_000)]
    public int MessagesPerHour { get; init; } = 1_000;

    /// <summary>Messages of an account a day: five full hours.</summary>
    [Range(1, 1_000_000_000)]
    public int MessagesPerDay { get; init; } = 5_000;

    /// <summary>Recipients of an account an hour: five to a message on average; newsletters are the lists' work.</summary>
    [Range(1, 1_000_000_000)]
    public int RecipientsPerHour { get; init; } = 5_000;

    /// <summary>Recipients of an account a day: twice what the large providers allow their paying users.</summary>
    [Range(1, 1_000_000_000)]
    public int RecipientsPerDay { get; init; } = 20_000;

    internal SendingAllowance ToAllowance() => new()
    {
        MessagesPerHour = MessagesPerHour,
        MessagesPerDay = MessagesPerDay,
        RecipientsPerHour = RecipientsPerHour,
        RecipientsPerDay = RecipientsPerDay,
    };
}
