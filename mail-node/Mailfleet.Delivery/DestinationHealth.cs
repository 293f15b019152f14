namespace Mailfleet.Delivery;

/// <summary>How the destination took a try; what the next ones go by.</summary>
public enum DestinationHealth
{
    Fine,

    /// <summary>It works, but asks for fewer connections or fewer messages (421, 450 and kin before any recipient).</summary>
    Busy,

    /// <summary>No server of it could be spoken to.</summary>
    Down,
}
