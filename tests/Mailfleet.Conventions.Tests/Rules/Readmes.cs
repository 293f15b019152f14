namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>Each project says on one page what it is for; the root README leads there.</summary>
public sealed class Readmes
{
    private const int ProjectLines = 60;
    private const int RootLines = 150;

    [Fact]
    public void ArePresentAndShort() => Expect.None(Violations(Repository.Files));

    [Fact]
    public void SeeAMissingOne() => Assert.Single(Violations([Root(1), new SourceFile("a/B/B.csproj", "")]));

    [Fact]
    public void SeeALongOne() => Assert.Single(Violations([Root(1), new SourceFile("a/B/B.csproj", ""), new SourceFile("a/B/README.md", Lines(61))]));

    [Fact]
    public void SeeALongRoot() => Assert.Single(Violations([Root(151)]));

    [Fact]
    public void LetOneOfFullLengthBe() =>
        Assert.Empty(Violations([Root(150), new SourceFile("a/B/B.csproj", ""), new SourceFile("a/B/README.md", Lines(60)), new SourceFile("tests/T/T.csproj", "")]));

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        Dictionary<string, int> lines = files.Where(file => file.Name == "README.md").ToDictionary(file => file.Folder, file => file.Text.TrimEnd().Split('\n').Length);
        if (!lines.TryGetValue("", out int root))
            yield return "README.md is missing";
        if (root > RootLines)
            yield return $"README.md has {root} lines, {RootLines} are allowed";

        foreach (SourceFile project in files.Where(file => file.IsProject))
        {
            if (!lines.TryGetValue(project.Folder, out int count))
            {
                if (!project.IsTest) // a test project's README is its tests' names
                    yield return $"{project.Folder}/README.md is missing";
            }
            else if (count > ProjectLines)
                yield return $"{project.Folder}/README.md has {count} lines, {ProjectLines} are allowed";
        }
    }

    private static SourceFile Root(int lines) => new("README.md", Lines(lines));

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("line\n", count));
}
