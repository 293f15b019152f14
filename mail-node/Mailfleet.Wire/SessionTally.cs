namespace Mailfleet.Wire;

/// <summary>What happened in one session, for the line that is logged at its end. Numbers only: nothing a peer said gets here.</summary>
public sealed class SessionTally
{
    public SessionOutcome Outcome { get; set; }

    public int Commands { get; set; }

    /// <summary>Commands answered with a refusal.</summary>
    public int Refusals { get; set; }

    /// <summary>Messages taken for good, or handed out whole.</summary>
    public int Messages { get; set; }

    /// <summary>Octets of those messages.</summary>
    public long MessageBytes { get; set; }

    public bool IsLoggedIn { get; set; }

    /// <summary>Points towards a ban (<see cref="Peers.Offence"/>).</summary>
    public int Offences { get; set; }

    /// <summary>The peer waited for the greeting though it was late.</summary>
    public bool HasWaited { get; set; }
}
