using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>Nothing in the tree depends on where it was built: no package registry, no folder of one machine; a lock file pins content, not a place.</summary>
public sealed partial class Addresses
{
    private const string Self = "tests/Mailfleet.Conventions.Tests/Rules/Addresses.cs";

    [Fact]
    public void OfMachinesAndRegistriesStandNowhere() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("README.md", "clone it to /work/main")]
    [InlineData("infra/run.sh", "cd /home/jo/mailfleet")]
    [InlineData("infra/run.sh", "export PATH=/root/.dotnet:$PATH")]
    [InlineData("NuGet.config", "https://api.nuget.org/v3/index.json")]
    [InlineData(".npmrc", "registry=https://registry.npmjs.org/")]
    [InlineData("nuget.config", "http://nexus.example.test/repository/nuget/")]
    [InlineData("webmail/app/package-lock.json", "\"resolved\": \"https://anywhere.example/react.tgz\"")]
    [InlineData("api/A/packages.lock.json", "\"source\": \"https://anywhere.example/\"")]
    public void SeeOne(string path, string text) => Assert.Single(Violations([new SourceFile(path, text)]));

    [Theory]
    [InlineData("README.md", "open http://localhost:8080/work/ and read https://www.rfc-editor.org/rfc/rfc5321")]
    [InlineData("infra/run.sh", "ls framework/work/x")]
    public void LetTheRestBe(string path, string text) => Assert.Empty(Violations([new SourceFile(path, text)]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Path != Self
        let match = (file.Name.Contains("lock.", StringComparison.Ordinal) || file.Name.EndsWith("-lock.json", StringComparison.Ordinal) ? AnyAddress() : OneMachine()).Match(file.Text)
        where match.Success
        select $"{file.Path}: {match.Value}";

    [GeneratedRegex("https?://", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AnyAddress();

    [GeneratedRegex(
        @"(?<![\w/.:-])/(work|root|home/\w+)/|https?://[^/\s""]*(nuget|npmjs|pypi|registry|artifactory|nexus)[^\s""]*|https?://[^\s""]*/(nuget|npm|pypi)/",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OneMachine();
}
