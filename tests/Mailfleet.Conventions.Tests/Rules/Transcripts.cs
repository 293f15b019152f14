namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>A transcript that says nothing would pass every run of it.</summary>
public sealed class Transcripts
{
    [Fact]
    public void HaveBothSides() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("S: 220 ready\n")]
    [InlineData("C: NOOP\n")]
    [InlineData("")]
    public void SeeASilentSide(string text) => Assert.Single(Violations([new SourceFile("tests/transcripts/smtp/noop.txt", text)]));

    [Fact]
    public void LetADialogueBe() => Assert.Empty(Violations([new SourceFile("tests/transcripts/smtp/noop.txt", "# RFC 5321\nS: 220 ready\r\nC: NOOP\r\n")]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Path.StartsWith("tests/transcripts/", StringComparison.Ordinal) && file.Name.EndsWith(".txt", StringComparison.Ordinal)
        let lines = file.Text.Split('\n')
        where !HasSide(lines, "C:") || !HasSide(lines, "S:")
        select file.Path;

    private static bool HasSide(string[] lines, string side) => lines.Any(line => line.StartsWith(side, StringComparison.Ordinal));
}
