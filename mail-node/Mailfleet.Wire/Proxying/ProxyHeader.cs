using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Mailfleet.Wire.Proxying;

/// <summary>The binary header of the PROXY protocol, version 2 (haproxy.org, "The PROXY protocol", §2.2). No I/O, no state.</summary>
/// <param name="Source">Whom the proxy speaks for; only with <see cref="ProxyHeaderStatus.Proxied"/>.</param>
/// <param name="Destination">Where that peer connected to.</param>
/// <param name="Length">Octets of the header.</param>
public readonly record struct ProxyHeader(ProxyHeaderStatus Status, IPEndPoint? Source, IPEndPoint? Destination, int Length)
{
    private const int FixedOctets = 16;
    private const int MaxOctets = 4_096;                // addresses are 36; what else it carries (certificates, say) is not read
    private const int Ipv4Octets = 12;
    private const int Ipv6Octets = 36;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header off the front of the buffer.</summary>
    public static ProxyHeader Read(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[FixedOctets + Ipv6Octets];
        int available = (int)Math.Min(buffer.Length, start.Length);
        buffer.Slice(0, available).CopyTo(start);
        start = start[..available];
        int known = Math.Min(available, Signature.Length);
        if (!start[..known].SequenceEqual(Signature[..known]))
            return new ProxyHeader(ProxyHeaderStatus.Invalid, null, null, 0);
        if (available < FixedOctets)
            return default;

        int length = FixedOctets + BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
        if (start[12] is not (0x20 or 0x21) || length > MaxOctets)
            return new ProxyHeader(ProxyHeaderStatus.Invalid, null, null, 0);
        if (buffer.Length < length)
            return default;

        // §2.2: LOCAL is the proxy's own connection, whatever addresses it gives.
        return start[12] == 0x20 ? new ProxyHeader(ProxyHeaderStatus.Local, null, null, length) : ReadAddresses(start, length);
    }

    private static ProxyHeader ReadAddresses(ReadOnlySpan<byte> start, int length)
    {
        (int octets, int size) = start[13] switch
        {
            0x11 => (Ipv4Octets, 4),                    // TCP over IPv4
            0x21 => (Ipv6Octets, 16),                   // TCP over IPv6
            _ => (0, 0),
        };
        if (octets == 0)
            return new ProxyHeader(start[13] == 0 ? ProxyHeaderStatus.Local : ProxyHeaderStatus.Invalid, null, null, length);
        if (length < FixedOctets + octets)
            return new ProxyHeader(ProxyHeaderStatus.Invalid, null, null, 0);

        ReadOnlySpan<byte> addresses = start.Slice(FixedOctets, octets);
        return new ProxyHeader(
            ProxyHeaderStatus.Proxied,
            new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..])),
            new IPEndPoint(new IPAddress(addresses.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size + 2)..])),
            length);
    }
}
