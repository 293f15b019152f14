using System.Buffers;
using System.Net;
using Mailfleet.Wire.Proxying;

namespace Mailfleet.Wire.Tests;

public sealed class ProxyHeaderTests
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];
    private static readonly byte[] Ipv4 = [.. Signature, 0x21, 0x11, 0, 12, 192, 0, 2, 66, 127, 0, 0, 1, 0x9C, 0x40, 0, 25];

    [Fact]
    public void ReadsIpv4()
    {
        ProxyHeader header = Read([.. Ipv4, .. "EHLO"u8]);
        Assert.Equal(ProxyHeaderStatus.Proxied, header.Status);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.66"), 40_000), header.Source);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 25), header.Destination);
        Assert.Equal(28, header.Length);
    }

    [Fact]
    public void ReadsIpv6AndPassesOverWhatFollowsTheAddresses()
    {
        byte[] addresses = [.. IPAddress.Parse("2001:db8::66").GetAddressBytes(), .. IPAddress.Parse("2001:db8::1").GetAddressBytes(), 0x9C, 0x40, 0, 25];
        ProxyHeader header = Read([.. Signature, 0x21, 0x21, 0, 40, .. addresses, 0x04, 0, 1, 0]);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("2001:db8::66"), 40_000), header.Source);
        Assert.Equal(56, header.Length);
    }

    [Theory]
    [InlineData(0x20, 0x11, ProxyHeaderStatus.Local)]   // the proxy's own, its addresses do not count
    [InlineData(0x21, 0x00, ProxyHeaderStatus.Local)]   // no address it could give
    [InlineData(0x21, 0x12, ProxyHeaderStatus.Invalid)] // UDP
    [InlineData(0x21, 0x31, ProxyHeaderStatus.Invalid)] // a socket of the proxy's machine
    [InlineData(0x22, 0x11, ProxyHeaderStatus.Invalid)]
    [InlineData(0x11, 0x11, ProxyHeaderStatus.Invalid)] // another version
    public void KnowsWhatItCanUse(byte command, byte family, ProxyHeaderStatus status) =>
        Assert.Equal(status, Read([.. Signature, command, family, 0, 12, .. new byte[12]]).Status);

    [Fact]
    public void RefusesAddressesThatAreCutShort() => Assert.Equal(ProxyHeaderStatus.Invalid, Read([.. Signature, 0x21, 0x11, 0, 11, .. new byte[11]]).Status);

    [Fact]
    public void NeverWaitsForMoreThanAHeaderCanBe() => Assert.Equal(ProxyHeaderStatus.Invalid, Read([.. Signature, 0x21, 0x11, 0xFF, 0xFF]).Status);

    [Theory]
    [InlineData("EHLO client.test\r\n")]
    [InlineData("PROXY TCP4 192.0.2.66 127.0.0.1 40000 25\r\n")] // version 1
    [InlineData("\r\n\r\n\0\r\nQUIX")]
    public void RefusesWhatIsNoHeaderAtItsFirstWrongByte(string text) => Assert.Equal(ProxyHeaderStatus.Invalid, Read(System.Text.Encoding.ASCII.GetBytes(text)).Status);

    [Fact]
    public void IsTheSameHoweverItIsCut()
    {
        for (int length = 0; length < Ipv4.Length; length++)
            Assert.Equal(ProxyHeaderStatus.Incomplete, Read(Ipv4[..length]).Status);
        for (int cut = 0; cut <= Ipv4.Length; cut++)
            Assert.Equal(Read(Ipv4), ProxyHeader.Read(Piece.Two(Ipv4[..cut], Ipv4[cut..])));
    }

    private static ProxyHeader Read(byte[] bytes) => ProxyHeader.Read(new ReadOnlySequence<byte>(bytes));

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Two(byte[] first, byte[] second)
        {
            Piece end = new() { Memory = second, RunningIndex = first.Length };
            return new ReadOnlySequence<byte>(new Piece { Memory = first, Next = end }, 0, end, second.Length);
        }
    }
}
