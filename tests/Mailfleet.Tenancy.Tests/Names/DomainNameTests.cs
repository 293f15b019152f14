using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Tests.Names;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData(" Example.COM. ", "example.com")]
    [InlineData("a-b.c-d.example", "a-b.c-d.example")]
    [InlineData("1and1.com", "1and1.com")]
    [InlineData("MÜNCHEN.example", "xn--mnchen-3ya.example")]
    [InlineData("xn--mnchen-3ya.example", "xn--mnchen-3ya.example")]
    [InlineData("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example")]
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("公司。中国", "xn--55qx5d.xn--fiqs8s")]
    public void IsLowerCaseALabels(string text, string expected) => Assert.Equal(expected, DomainName.Parse(text).Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("localhost")]
    [InlineData("com.")]
    [InlineData("a..b")]
    [InlineData(".example.com")]
    [InlineData("example.com..")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a_b.example")]
    [InlineData("a b.example")]
    [InlineData("a@b.example")]
    [InlineData("exa\u0000mple.com")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1")]
    [InlineData("[127.0.0.1]")]
    [InlineData("::1")]
    [InlineData("ab--cd.example")]
    [InlineData("xn--.example")]
    [InlineData("xn--a.example")]
    [InlineData("xn--zzzzzzzzzzzz99999.example")]
    [InlineData("*.example.com")]
    [InlineData("https://example.com")]
    public void RefusesWhatIsNone(string? text)
    {
        Assert.False(DomainName.TryParse(text, out _, out string? fault));
        Assert.EndsWith(".", fault);
    }

    [Fact]
    public void KeepsTheLimitsOfTheDns()
    {
        string label = new('a', 63);
        Assert.True(DomainName.TryParse($"{label}.example", out _, out _));
        Assert.False(DomainName.TryParse($"{label}a.example", out _, out _));
        Assert.True(DomainName.TryParse($"{label}.{label}.{label}.{new string('b', 61)}", out _, out _));
        Assert.False(DomainName.TryParse($"{label}.{label}.{label}.{new string('b', 62)}", out _, out _));
    }

    [Fact]
    public void ADefaultOneNamesNothing() => Assert.Throws<InvalidOperationException>(() => default(DomainName).Value);

    [Fact]
    public void KnowsWhatIsAboveIt()
    {
        DomainName name = DomainName.Parse("a.b.example.com");
        Assert.Equal(["b.example.com", "example.com"], name.Ancestors);
        Assert.Empty(DomainName.Parse("example.com").Ancestors);
        Assert.Equal("com.example.b.a.", name.Reversed);
        Assert.Equal("example.com", name.RegistrableSuffix);
    }

    [Fact]
    public void IsShownInUnicode() => Assert.Equal("münchen.example", DomainName.Parse("xn--mnchen-3ya.example").Unicode);
}
