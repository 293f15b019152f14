using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mailfleet.Wire.Peers;

/// <summary>
/// The addresses that share their first bits. One space holds both families: an IPv4 address is its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), however
/// it came.
/// </summary>
public readonly record struct NetworkPrefix
{
    private const int Ipv4Offset = 96;
    private const int Bits = 128;

    private readonly UInt128 _bits;
    private readonly int _length;

    private NetworkPrefix(UInt128 bits, int length)
    {
        _bits = bits & Mask(length);
        _length = length;
    }

    /// <summary>Bits that count, of 128; an IPv4 prefix has 96 more than it is written with.</summary>
    public int Length => _length;

    /// <summary>What one subscriber holds: an IPv4 address, an IPv6 /64 (RFC 6177 gives no site less).</summary>
    public static NetworkPrefix AddressOf(IPAddress address) => Of(address, Bits, 64);

    /// <summary>What commonly belongs together: an IPv4 /24, an IPv6 /48.</summary>
    public static NetworkPrefix NetworkOf(IPAddress address) => Of(address, Ipv4Offset + 24, 48);

    /// <summary>The address alone.</summary>
    public static NetworkPrefix Exactly(IPAddress address) => Of(address, Bits, Bits);

    /// <summary>Reads <c>192.0.2.0/24</c>, <c>2001:db8::/32</c> or an address; null when it is neither, or has bits beyond its length.</summary>
    public static NetworkPrefix? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string number = slash < 0 ? text : text[..slash];
        bool isWritten = number.Contains(':', StringComparison.Ordinal) ? !number.Contains('%', StringComparison.Ordinal) : number.AsSpan().Count('.') == 3; // "1" is 0.0.0.1 to a parser, a slip to people
        if (!isWritten || !IPAddress.TryParse(number, out IPAddress? address))
            return null;
        if (slash < 0)
            return Exactly(address);

        int offset = address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Offset : 0;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > Bits - offset)
            return null;
        NetworkPrefix prefix = new(BitsOf(address), length + offset);
        return prefix._bits == BitsOf(address) ? prefix : null;
    }

    public bool Contains(IPAddress address) => (BitsOf(address) & Mask(_length)) == _bits;

    /// <summary>The prefix of that length (of 128) which this one lies in.</summary>
    public NetworkPrefix Widen(int length) => new(_bits, length);

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, _bits);
        IPAddress address = new(octets);
        bool isIpv4 = address.IsIPv4MappedToIPv6 && _length >= Ipv4Offset;
        int length = isIpv4 ? _length - Ipv4Offset : _length;
        string text = (isIpv4 ? address.MapToIPv4() : address).ToString();
        return _length == Bits ? text : string.Create(CultureInfo.InvariantCulture, $"{text}/{length}");
    }

    private static NetworkPrefix Of(IPAddress address, int ipv4Length, int ipv6Length)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool isIpv4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        return new NetworkPrefix(BitsOf(address), isIpv4 ? ipv4Length : ipv6Length);
    }

    private static UInt128 BitsOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            address.TryWriteBytes(octets, out _);
        }
        else
        {
            octets[10] = octets[11] = 0xFF;
            address.TryWriteBytes(octets[12..], out _);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    private static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (Bits - length);
}
