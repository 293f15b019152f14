using CsCheck;
using Mailfleet.Store.Folders;

namespace Mailfleet.Store.Tests;

public sealed class FolderNameTests
{
    [Theory]
    [InlineData("Rechnungen 2026")]
    [InlineData("客户")]
    [InlineData("می‌خواهم")]
    [InlineData("👩‍💻")]
    [InlineData("100% *done* \\ \"x\"")]
    [InlineData(".")]
    public void TakesWhatPeopleWrite(string text) => Assert.Equal(text, FolderName.TryParse(text)?.Value);

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a\u3000")]
    [InlineData("a/b")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("invoice\u202egpj.exe")]
    [InlineData("\ufeffa")]
    [InlineData("a\uffff")]
    public void RefusesWhatCannotBeSeenOrSeparates(string text) => Assert.Null(FolderName.TryParse(text));

    [Fact]
    public void RefusesHalvesOfCharacters()
    {
        Assert.Null(FolderName.TryParse("a\ud800"));
        Assert.Null(FolderName.TryParse("\udc00a"));
        Assert.Null(FolderName.TryParse("\ud800\ud800\udc00"));
    }

    [Fact]
    public void EqualNamesAreEqualBytes() =>
        Assert.Equal(FolderName.TryParse("Caf\u00e9"), FolderName.TryParse("Cafe\u0301"));

    [Fact]
    public void IsBoundedInBytes()
    {
        Assert.NotNull(FolderName.TryParse(new string('a', FolderName.MaxBytes)));
        Assert.Null(FolderName.TryParse(new string('a', FolderName.MaxBytes + 1)));
        Assert.Null(FolderName.TryParse(new string('夏', (FolderName.MaxBytes / 3) + 1)));
        Assert.Null(FolderName.TryParse(new string('\ufdfa', 100)));
    }

    [Fact]
    public void AnyTextIsTakenOrRefusedAndParsedAgainIsTheSame() =>
        Gen.Char.Array[0, 300].Select(chars => new string(chars)).Sample(text =>
        {
            if (FolderName.TryParse(text) is { } name)
                Assert.Equal(name, FolderName.TryParse(name.Value));
        });
}
