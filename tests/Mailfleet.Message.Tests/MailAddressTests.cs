using System.Text;
using CsCheck;

namespace Mailfleet.Message.Tests;

public sealed class MailAddressTests
{
    private static readonly Gen<string> LocalPart = Gen.Char["abAB09.+-_ \"\\@<>(),;:é用"].Array[1, 16].Select(static chars => new string(chars));
    private static readonly Gen<string> Domain = Gen.OneOf(
        Gen.Char["abAB09"].Array[1, 10].Select(static label => $"{new string(label)}.test"),
        Gen.Const("bücher.test"),
        Gen.Const("[192.0.2.1]"),
        Gen.Const("[IPv6:2001:DB8::1]"));

    [Fact]
    public void ParsingUndoesFormatting() => Gen.Select(LocalPart, Domain).Sample((localPart, domain) =>
    {
        MailAddress address = new(localPart, domain);
        Assert.Equal(address, MailAddress.Parse(address.ToString()));
        byte[] path = Encoding.UTF8.GetBytes($"{new ForwardPath(address)} NOTIFY=NEVER");
        Assert.Equal(new ForwardPath(address), PathParser.ParseForwardPath(path, out int consumed));
        Assert.Equal(" NOTIFY=NEVER", Encoding.UTF8.GetString(path[consumed..]));
    });

    [Fact]
    public void WhateverIsParsedHoldsNoControlCharacter() => Gen.Byte.Array[0, 24].Sample(bytes =>
    {
        byte[] path = [(byte)'<', (byte)'a', .. bytes, (byte)'@', (byte)'b', (byte)'>'];
        string text = PathParser.ParseForwardPath(path, out _)?.ToString() ?? "";
        Assert.DoesNotContain(text, static c => char.IsControl(c));
    });

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0001b")]
    [InlineData("a\u007fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\ud800b")]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void RefusesLocalParts(string localPart)
    {
        Assert.Null(MailAddress.Create(localPart, "demo.test"));
        Assert.Throws<ArgumentException>(() => new MailAddress(localPart, "demo.test"));
    }

    [Theory]
    [InlineData("Demo.TEST", "demo.test")]
    [InlineData("BÜCHER.test", "xn--bcher-kva.test")]
    [InlineData("例子.测试", "xn--fsqu00a.xn--0zwm56d")]
    [InlineData("xn--BCHER-kva.test", "xn--bcher-kva.test")]
    [InlineData("localhost", "localhost")]
    [InlineData("[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("[ipv6:2001:DB8:0::1]", "[IPv6:2001:db8::1]")]
    public void ComparesDomainsInOneForm(string domain, string normal) => Assert.Equal(normal, MailDomain.Normalize(domain));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("-a.test")]
    [InlineData("a-.test")]
    [InlineData("a_b.test")]
    [InlineData("a b.test")]
    [InlineData("a\r\nb.test")]
    [InlineData("a\0.test")]
    [InlineData("[]")]
    [InlineData("[1.2.3]")]
    [InlineData("[1.2.3.04]")]
    [InlineData("[1.2.3.4")]
    [InlineData("[1.2.3.4\r\n]")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[IPv6:fe80::1%eth0]")]
    [InlineData("[IPv6:1.2.3.4]")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234.test")]
    public void RefusesDomains(string domain) => Assert.Null(MailDomain.Normalize(domain));

    [Fact]
    public void QuotedAndPlainFormsAreOneAddress() =>
        Assert.Equal(MailAddress.Parse("alice@demo.test"), MailAddress.Parse("\"al\\ice\"@DEMO.test"));
}
