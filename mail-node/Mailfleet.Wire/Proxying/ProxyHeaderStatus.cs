namespace Mailfleet.Wire.Proxying;

/// <summary>What became of a PROXY header.</summary>
public enum ProxyHeaderStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>It names who the proxy speaks for.</summary>
    Proxied,

    /// <summary>The proxy speaks for itself, to see whether we live, or for something that has no address.</summary>
    Local,

    /// <summary>There is none, or one that is not understood: what follows cannot be trusted.</summary>
    Invalid,
}
