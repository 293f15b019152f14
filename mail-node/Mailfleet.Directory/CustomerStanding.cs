using Mailfleet.Cell.Door;

namespace Mailfleet.Directory;

/// <summary>What a customer's state means on the wire. The one place that knows; protocols ask it.</summary>
/// <param name="Text">What senders are told when mail is not taken; null for the node's own words.</param>
public sealed record CustomerStanding(CustomerState State, string? Text = null)
{
    public static CustomerStanding Active { get; } = new(CustomerState.Active);

    public Reception Reception => State switch
    {
        CustomerState.Active or CustomerState.SendingBlocked or CustomerState.AccessBlocked => Reception.Open,
        CustomerState.Deferring => Reception.Deferred,
        _ => Reception.Refused,         // a state of a later release, too: it takes more than this one knows
    };

    public bool LogsIn => State is CustomerState.Active or CustomerState.SendingBlocked or CustomerState.ExportOnly;

    public bool Sends => State == CustomerState.Active;

    internal static CustomerStanding Of(short state, string? text) => state == (short)CustomerState.Active && text is null ? Active : new((CustomerState)state, text);
}
