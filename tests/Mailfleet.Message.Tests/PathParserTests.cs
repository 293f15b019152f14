using System.Text;

namespace Mailfleet.Message.Tests;

public sealed class PathParserTests
{
    [Theory]
    [InlineData("<>", "<>", "")]
    [InlineData("<> SIZE=1", "<>", " SIZE=1")]
    [InlineData("<a@B.test> BODY=7BIT", "<a@b.test>", " BODY=7BIT")]
    [InlineData("<@r1.test,@r2.test:a@b.test>", "<a@b.test>", "")]
    [InlineData("<\"a b\"@b.test>", "<\"a b\"@b.test>", "")]
    [InlineData("<\"a>b\"@b.test>x", "<\"a>b\"@b.test>", "x")]
    [InlineData("<用户@例子.测试>", "<用户@xn--fsqu00a.xn--0zwm56d>", "")]
    [InlineData("<a+tag@[192.0.2.1]>", "<a+tag@[192.0.2.1]>", "")]
    public void ReadsReversePaths(string text, string path, string rest)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(path, PathParser.ParseReversePath(bytes, out int consumed)?.ToString());
        Assert.Equal(rest, Encoding.UTF8.GetString(bytes[consumed..]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("<a")]
    [InlineData("<a@")]
    [InlineData("<a@>")]
    [InlineData("<@b.test>")]
    [InlineData("<a@b.test")]
    [InlineData("a@b.test")]
    [InlineData("<a@b.test >")]
    [InlineData("< a@b.test>")]
    [InlineData("<a b@c.test>")]
    [InlineData("<.a@b.test>")]
    [InlineData("<a.@b.test>")]
    [InlineData("<a..b@c.test>")]
    [InlineData("<\"\"@b.test>")]
    [InlineData("<\"a@b.test>")]
    [InlineData("<\"a\"b@c.test>")]
    [InlineData("<@r.test a@b.test>")]
    [InlineData("<@r.test:>")]
    [InlineData("<@:a@b.test>")]
    [InlineData("<a@b@c.test>")]
    [InlineData("<a\0@b.test>")]
    [InlineData("<\"a\r\nb\"@b.test>")]
    public void RefusesPaths(string text)
    {
        Assert.Null(PathParser.ParseReversePath(Encoding.UTF8.GetBytes(text), out int consumed));
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void RefusesPathsThatAreNotUtf8() => Assert.Null(PathParser.ParseReversePath([(byte)'<', 0xc3, 0x28, (byte)'@', (byte)'b', (byte)'>'], out _));

    [Fact]
    public void RefusesPathsAboveTheLimit()
    {
        string domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4));
        Assert.NotNull(PathParser.ParseForwardPath(Encoding.ASCII.GetBytes($"<a@{domain}>"), out _));
        Assert.Null(PathParser.ParseForwardPath(Encoding.ASCII.GetBytes($"<{new string('a', 60)}@{domain}>"), out _));
    }

    [Theory]
    [InlineData("<postmaster>")]
    [InlineData("<PostMaster> NOTIFY=NEVER")]
    public void PostmasterNeedsNoDomain(string text)
    {
        Assert.Equal(ForwardPath.Postmaster, PathParser.ParseForwardPath(Encoding.ASCII.GetBytes(text), out int consumed));
        Assert.Equal("<postmaster>".Length, consumed);
        Assert.Equal("<postmaster>", ForwardPath.Postmaster.ToString());
        Assert.Null(PathParser.ParseReversePath(Encoding.ASCII.GetBytes(text), out _));
    }
}
