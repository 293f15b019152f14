using System.Net;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Smtp.Tests;

/// <summary>A peer policy that a test sets, and that keeps what it was told.</summary>
internal sealed class KnownPeers : IPeerPolicy
{
    public bool IsBanned { get; set; }

    public bool IsPatient { get; set; }

    public List<SessionTally> Ended { get; } = [];

    public bool Admits(IPAddress address) => !IsBanned;

    public bool HasWaited(IPAddress address) => IsPatient;

    public void HasEnded(IPAddress address, SessionTally tally) => Ended.Add(tally);
}
