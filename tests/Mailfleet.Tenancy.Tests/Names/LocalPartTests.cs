using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Tests.Names;

public sealed class LocalPartTests
{
    [Theory]
    [InlineData("Alice", "alice")]
    [InlineData(" a.b-c_d ", "a.b-c_d")]
    [InlineData("o'brien", "o'brien")]
    [InlineData("0", "0")]
    public void IsLowerCase(string text, string expected)
    {
        Assert.True(LocalPart.TryParse(text, out LocalPart local, out _));
        Assert.Equal(expected, local.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a+b")]
    [InlineData("a b")]
    [InlineData("a@b")]
    [InlineData("a%b")]
    [InlineData("\"a\"")]
    [InlineData("ä")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    public void RefusesWhatIsNone(string? text)
    {
        Assert.False(LocalPart.TryParse(text, out _, out string? fault));
        Assert.EndsWith(".", fault);
    }

    [Fact]
    public void HasAtMost64Characters()
    {
        Assert.True(LocalPart.TryParse(new string('a', 64), out _, out _));
        Assert.False(LocalPart.TryParse(new string('a', 65), out _, out _));
    }
}
