namespace Mailfleet.Filter.Bans;

internal enum BanKind
{
    None,

    /// <summary>A network that the address is in.</summary>
    Network,

    Address,
}
