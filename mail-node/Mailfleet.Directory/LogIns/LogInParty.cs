using Mailfleet.Wire.Peers;

namespace Mailfleet.Directory.LogIns;

/// <summary>Who tries to log in, as it is counted.</summary>
internal readonly record struct LogInParty(AddressKey? Account, NetworkPrefix Address, NetworkPrefix Network)
{
    public (AddressKey? Account, NetworkPrefix Address) Pair => (Account, Address);
}
