using System.Text;
using Mailfleet.Delivery.Client;

namespace Mailfleet.Delivery.Tests;

public sealed class ReplyParserTests
{
    [Theory]
    [InlineData("250 2.0.0 Ok", "250 2.0.0 Ok")]
    [InlineData("250", "250 2.0.0 ")]
    [InlineData("450 Try later", "450 4.0.0 Try later")]
    [InlineData("550 5.1.1", "550 5.1.1 ")]
    [InlineData("550 4.1.1 The code counts", "550 5.0.0 4.1.1 The code counts")]
    [InlineData("550 5.1.1.1 No status", "550 5.0.0 5.1.1.1 No status")]
    [InlineData("550 5.1.1 caf\u00e9\u0007", "550 5.1.1 caf??")]
    public void ReadsAReply(string line, string reply)
    {
        (int code, bool isLast, string text) = ReplyParser.ParseLine(Encoding.Latin1.GetBytes(line))!.Value;
        Assert.True(isLast);
        Assert.Equal(reply, ReplyParser.Join(code, [text]).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("25")]
    [InlineData("2x0 Ok")]
    [InlineData("150 Ok")]
    [InlineData("650 Ok")]
    [InlineData("250_Ok")]
    [InlineData("2500 Ok")]
    public void RefusesWhatIsNone(string line) => Assert.Null(ReplyParser.ParseLine(Encoding.Latin1.GetBytes(line)));

    [Fact]
    public void EssayIsCut() => Assert.InRange(ReplyParser.Join(550, [.. Enumerable.Repeat(new string('x', 400), 100)]).Text.Length, 400, 500);
}
