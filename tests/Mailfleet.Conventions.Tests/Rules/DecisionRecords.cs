using System.Globalization;
using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>Decisions are numbered without a gap but for those that the index reserves, short, of one form, and found from the index.</summary>
public sealed partial class DecisionRecords
{
    private const int Lines = 40;

    private static readonly string[] Sections = ["## Context", "## Decision", "## Consequences"];

    [Fact]
    public void AreInOrder() => Expect.None(Violations(Repository.Files));

    [Fact]
    public void AreThere() => Assert.Contains(Repository.Files, file => IsRecord(file));

    [Fact]
    public void SeeAGap() => Assert.Single(Violations([Record(1), Record(3), Index(1, 3)]));

    [Fact]
    public void LetAReservedNumberBe()
    {
        SourceFile index = new("infra/adr/README.md", "(0001-a.md)\n| 0002 | reserved |\n(0003-a.md)");
        Assert.Empty(Violations([Record(1), Record(3), index]));
        Assert.Empty(Violations([Record(1), Record(2), Record(3), index with { Text = index.Text + "(0002-a.md)" }]));
    }

    [Fact]
    public void SeeANumberTwice() => Assert.Single(Violations([Record(1), Record(1) with { Path = "infra/adr/0001-other.md" }, new SourceFile("infra/adr/README.md", "(0001-a.md) (0001-other.md)")]));

    [Fact]
    public void SeeOneWithoutNumber() => Assert.Single(Violations([Record(1) with { Path = "infra/adr/idea.md" }, new SourceFile("infra/adr/README.md", "(idea.md)")]));

    [Fact]
    public void SeeOneMissingInTheIndex() => Assert.Single(Violations([Record(1), Index()]));

    [Fact]
    public void SeeALongOne() => Assert.Single(Violations([Record(1) with { Text = Record(1).Text + new string('\n', 40) + "end" }, Index(1)]));

    [Fact]
    public void SeeAMissingSection() => Assert.Single(Violations([Record(1) with { Text = "## Context\n## Decision\n" }, Index(1)]));

    [Fact]
    public void LetGoodOnesBe() => Assert.Empty(Violations([Record(1), Record(2), Index(1, 2)]));

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        string index = files.SingleOrDefault(file => file.Path == "infra/adr/README.md")?.Text ?? "";
        int expected = 1;
        foreach (SourceFile record in files.Where(IsRecord).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (!NumberedName().IsMatch(record.Name))
                yield return $"{record.Path}: the name is NNNN-words.md";
            else
            {
                int number = int.Parse(record.Name[..4], CultureInfo.InvariantCulture);
                while (expected < number && index.Contains($"| {expected:0000} | reserved |", StringComparison.Ordinal))
                    expected++;                         // for one that is being written beside this one
                if (number != expected++)
                    yield return $"{record.Path}: number {expected - 1} was to come";
            }

            if (record.Text.TrimEnd().Split('\n').Length > Lines)
                yield return $"{record.Path}: more than {Lines} lines";
            foreach (string section in Sections.Where(section => !record.Text.Contains(section, StringComparison.Ordinal)))
                yield return $"{record.Path}: no section {section}";
            if (!index.Contains($"({record.Name})", StringComparison.Ordinal))
                yield return $"{record.Path}: not in the index";
        }
    }

    private static bool IsRecord(SourceFile file) => file.Folder == "infra/adr" && file.Name != "README.md";

    private static SourceFile Record(int number) => new($"infra/adr/{number:0000}-a.md", "# Title\n\n## Context\n\n## Decision\n\n## Consequences\n");

    private static SourceFile Index(params int[] numbers) => new("infra/adr/README.md", string.Concat(numbers.Select(number => $"- [a]({number:0000}-a.md)\n")));

    [GeneratedRegex(@"\A[0-9]{4}-[a-z0-9-]+\.md\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberedName();
}
