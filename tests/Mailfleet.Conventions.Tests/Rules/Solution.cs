namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>A project outside the solution is built by nobody.</summary>
public sealed class Solution
{
    [Fact]
    public void HoldsEveryProject() => Expect.None(Violations(Repository.Files));

    [Fact]
    public void SeesOneLeftOut() => Assert.Single(Violations([new SourceFile("Saas.sln", @"""a\B\B.csproj"""), new SourceFile("a/B/B.csproj", ""), new SourceFile("a/C/C.csproj", "")]));

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        string solution = files.Single(file => file.Path == "Saas.sln").Text.Replace('\\', '/');
        return files.Where(file => file.IsProject && !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)).Select(file => file.Path);
    }
}
