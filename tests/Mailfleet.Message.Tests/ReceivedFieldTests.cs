using System.Net;
using System.Text;
using CsCheck;

namespace Mailfleet.Message.Tests;

public sealed class ReceivedFieldTests
{
    private static readonly ReceivedField Plain = new()
    {
        Helo = "client.test",
        Remote = IPAddress.Parse("192.0.2.7"),
        By = "mx.test",
        Id = "0123abc",
        At = new DateTimeOffset(2026, 11, 3, 4, 5, 6, TimeSpan.FromHours(-8)),
    };

    [Fact]
    public void SaysWhereAMessageCameFrom() => Assert.Equal(
        "Received: from client.test ([192.0.2.7])\r\n\tby mx.test with SMTP\r\n\tid 0123abc;\r\n\tTue, 3 Nov 2026 04:05:06 -0800\r\n",
        Text(Plain));

    [Fact]
    public void SaysForWhomAndByWhichTls() => Assert.Equal(
        "Received: from client.test ([IPv6:2001:db8::1])\r\n\tby mx.test with ESMTPSA (TLS1.3)\r\n\tid 0123abc\r\n\tfor <\"a b\"@demo.test>;\r\n\tTue, 3 Nov 2026 04:05:06 -0800\r\n",
        Text(Plain with { Remote = IPAddress.Parse("2001:db8::1"), IsEsmtp = true, IsAuthenticated = true, TlsProtocol = "TLS1.3", For = new MailAddress("a b", "demo.test") }));

    [Theory]
    [InlineData(false, false, false, false, "SMTP")]
    [InlineData(true, false, false, false, "ESMTP")]
    [InlineData(true, true, false, false, "ESMTPS")]
    [InlineData(true, false, true, false, "ESMTPA")]
    [InlineData(true, true, true, false, "ESMTPSA")]
    [InlineData(true, false, false, true, "UTF8SMTP")]
    [InlineData(true, true, true, true, "UTF8SMTPSA")]
    public void NamesTheProtocol(bool isEsmtp, bool isTls, bool isAuthenticated, bool isUtf8, string with) =>
        Assert.Equal(with, (Plain with { IsEsmtp = isEsmtp, TlsProtocol = isTls ? "TLS1.2" : null, IsAuthenticated = isAuthenticated, IsUtf8 = isUtf8 }).With);

    [Fact]
    public void NothingAClientCallsItselfLeavesItsPlace() => Gen.String[0, 300].Sample(helo =>
    {
        string text = Text(Plain with { Helo = helo });
        Assert.Equal(4, text.Split("\r\n").Length - 1);
        Assert.Single(HeaderBlock.Parse(Encoding.UTF8.GetBytes(text)).Fields);
        Assert.EndsWith(" ([192.0.2.7])", text[..text.IndexOf("\r\n", StringComparison.Ordinal)], StringComparison.Ordinal);
    });

    [Fact]
    public void ForgedCommentsStayPartOfTheName() => Assert.StartsWith(
        "Received: from a??bank.test??[1.2.3.4]??? ([192.0.2.7])\r\n", Text(Plain with { Helo = "a (bank.test) [1.2.3.4]\r\n " }), StringComparison.Ordinal);

    private static string Text(ReceivedField field) => Encoding.UTF8.GetString(field.Format());
}
