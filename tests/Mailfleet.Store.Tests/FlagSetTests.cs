using Mailfleet.Store.Messages;

namespace Mailfleet.Store.Tests;

public sealed class FlagSetTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\n")]
    [InlineData("\\seen")]
    [InlineData("a)")]
    [InlineData("ä")]
    [InlineData("a\0")]
    public void AKeywordIsAnAtom(string text) => Assert.Null(Keyword.TryParse(text));

    [Fact]
    public void KeywordsHaveNoCaseAndABound()
    {
        Assert.Equal(Keyword.TryParse("$mylabel1"), Keyword.TryParse("$MyLabel1"));
        Assert.NotNull(Keyword.TryParse(new string('a', Keyword.MaxLength)));
        Assert.Null(Keyword.TryParse(new string('a', Keyword.MaxLength + 1)));
    }

    [Fact]
    public void KnownKeywordsAreBitsAndOthersAreSortedOnce()
    {
        FlagSet set = FlagSet.TryCreate(MessageFlags.Seen, Of("b", "$JUNK", "a", "B"))!;

        Assert.Equal("Seen, Junk a b", set.ToString());
        Assert.Equal(set, FlagSet.TryCreate(MessageFlags.Seen | MessageFlags.Junk, Of("a", "b")));
    }

    [Fact]
    public void KeywordsOfAMessageAreBounded()
    {
        Assert.NotNull(FlagSet.TryCreate(MessageFlags.None, Of([.. Enumerable.Range(0, FlagSet.MaxKeywords).Select(i => $"k{i}"), "$seen"])));
        Assert.Null(FlagSet.TryCreate(MessageFlags.None, Of([.. Enumerable.Range(0, FlagSet.MaxKeywords + 1).Select(i => $"k{i}")])));
    }

    private static IEnumerable<Keyword> Of(params string[] names) => names.Select(name => Keyword.TryParse(name)!.Value);
}
