using System.Net;
using System.Net.Security;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Wire;

/// <summary>What every line protocol needs to know of its connections. Each default has its reason beside it.</summary>
public sealed record WireOptions
{
    /// <summary>10,000 idle connections are promised; twice that is the open-file limit of a small machine.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>An office behind one address has tens of clients with a few connections each; a flood has more.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 100;

    /// <summary>Addresses that are exempt from the caps and may log in without TLS.</summary>
    public Func<IPAddress, bool> IsTrusted { get; init; } = static _ => false;

    /// <summary>Addresses of proxies: their connections begin with a PROXY header (version 2) and count as those of the peer that it names.</summary>
    public Func<IPAddress, bool> IsProxy { get; init; } = static _ => false;

    /// <summary>A proxy sends its header at once.</summary>
    public TimeSpan ProxyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is known of peers across connections; without it everybody is let in up to the caps.</summary>
    public IPeerPolicy? Peers { get; init; }

    /// <summary>The certificate for the name a client asks for (SNI, may be null). Without it TLS is not offered.</summary>
    public Func<string?, SslStreamCertificateContext>? SelectCertificate { get; init; }

    /// <summary>A handshake is two round trips; slow lines need seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>RFC 5321 §4.5.3.2.5: three minutes for each block of content.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Content must come, and replies must be taken, at this rate on average. A 2 KB/s line is eight times as fast.</summary>
    public int MinBytesPerSecond { get; init; } = 256;

    /// <summary>Added to what the rate allows, so that a lost packet at the start costs nobody a connection.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(30);
}
