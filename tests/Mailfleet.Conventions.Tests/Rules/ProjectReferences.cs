using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>Project files reference only what the project map allows.</summary>
public sealed partial class ProjectReferences
{
    [Fact]
    public void AreThoseOfTheMap() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("mail-node/Mailfleet.Smtp/Mailfleet.Smtp.csproj", "../Mailfleet.Store/Mailfleet.Store.csproj")]
    [InlineData("tenancy/Mailfleet.Tenancy/Mailfleet.Tenancy.csproj", @"..\..\api\Mailfleet.Api\Mailfleet.Api.csproj")]
    [InlineData("tenancy/Mailfleet.Tenancy/Mailfleet.Tenancy.csproj", "../../mail-node/Mailfleet.Directory/Mailfleet.Directory.csproj")]
    [InlineData("webmail/Mailfleet.Webmail/Mailfleet.Webmail.csproj", "../../mail-node/Mailfleet.Store/Mailfleet.Store.csproj")]
    [InlineData("mail-node/Mailfleet.Cell/Mailfleet.Cell.csproj", "../../tests/Mailfleet.Testing/Mailfleet.Testing.csproj")]
    [InlineData("mail-node/Mailfleet.Novelty/Mailfleet.Novelty.csproj", "../Mailfleet.Cell/Mailfleet.Cell.csproj")]
    public void SeesAForbiddenOne(string project, string reference) =>
        Assert.Single(Violations([new SourceFile(project, $"""<ProjectReference Include="{reference}" />""")]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsProject
        from Match reference in Reference().Matches(file.Text)
        let fault = ProjectMap.Fault(Path.GetFileNameWithoutExtension(file.Name), Path.GetFileNameWithoutExtension(reference.Groups["path"].Value.Replace('\\', '/')))
        where fault is not null
        select fault;

    [GeneratedRegex("""<ProjectReference\s+Include="(?<path>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
