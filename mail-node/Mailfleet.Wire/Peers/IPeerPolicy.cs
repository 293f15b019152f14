using System.Net;

namespace Mailfleet.Wire.Peers;

/// <summary>What is known of peers across connections. Never asked about trusted ones. Answers at once, from memory.</summary>
public interface IPeerPolicy
{
    /// <summary>Whether a connection from there is let in; asked once a connection, before anything is read.</summary>
    bool Admits(IPAddress address);

    /// <summary>Whether the address has lately waited for a greeting.</summary>
    bool HasWaited(IPAddress address);

    /// <summary>A session, or a connection that was refused for the peer's own doing, has ended.</summary>
    void HasEnded(IPAddress address, SessionTally tally);
}
