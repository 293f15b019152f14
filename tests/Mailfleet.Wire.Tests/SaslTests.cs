using System.Text;
using Mailfleet.Wire.Sasl;

namespace Mailfleet.Wire.Tests;

public sealed class SaslTests
{
    [Theory]
    [InlineData("\0alice\0secret", "", "alice", "secret")]
    [InlineData("bob\0alice\0s e", "bob", "alice", "s e")]
    public void ReadsPlain(string message, string authorizationId, string user, string password)
    {
        SaslPlain? plain = SaslPlain.Parse(Encoding.UTF8.GetBytes(message));
        Assert.Equal(new SaslPlain(authorizationId, user, password), plain);
        Assert.Equal(authorizationId.Length == 0, plain!.ActsForItself);
        Assert.DoesNotContain(password, plain.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice\0secret")]
    [InlineData("\0\0secret")]
    [InlineData("\0alice\0")]
    [InlineData("\0alice\0sec\0ret")]
    public void RefusesMalformedPlain(string message) => Assert.Null(SaslPlain.Parse(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void RefusesPlainThatIsNotUtf8() => Assert.Null(SaslPlain.Parse("\0a\0"u8.ToArray().Concat<byte>([0xff, 0xfe]).ToArray()));

    [Theory]
    [InlineData("QQ==", "A")]
    [InlineData("", "")]
    public void DecodesBase64(string text, string decoded) => Assert.Equal(decoded, Encoding.ASCII.GetString(SaslBase64.Decode(Encoding.ASCII.GetBytes(text))!));

    [Theory]
    [InlineData("QQ")]
    [InlineData("QQ= =")]
    [InlineData("Q Q==")]
    [InlineData("QQ==QQ==")]
    [InlineData("*")]
    public void RefusesWhatIsNoBase64(string text) => Assert.Null(SaslBase64.Decode(Encoding.ASCII.GetBytes(text)));
}
