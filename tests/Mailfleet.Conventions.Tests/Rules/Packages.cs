using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>
/// The mail node knows nothing of the control plane's libraries, not even at second hand (its lock files say); contracts need no package;
/// MimeKit stays behind Mailfleet.Message.
/// </summary>
public sealed partial class Packages
{
    [Fact]
    public void StayWhereTheyBelong() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("mail-node/Mailfleet.Store/Mailfleet.Store.csproj", """<PackageReference Include="Marten" />""")]
    [InlineData("mail-node/Mailfleet.Node/Mailfleet.Node.csproj", """<PackageReference Include="Hangfire.AspNetCore" />""")]
    [InlineData("mail-node/Mailfleet.Node/packages.lock.json", """  "GraphQL-Parser": { "type": "Transitive" }""")]
    [InlineData("mail-node/Mailfleet.Node/packages.lock.json", """  "Stripe.net": { "type": "Transitive" }""")]
    [InlineData("webmail/Mailfleet.Webmail/packages.lock.json", """  "Npgsql": { "type": "Direct" }""")]
    [InlineData("tenancy/Mailfleet.Tenancy.Contracts/Mailfleet.Tenancy.Contracts.csproj", """<PackageReference Include="Npgsql" />""")]
    [InlineData("mail-node/Mailfleet.Smtp/Mailfleet.Smtp.csproj", """<PackageReference Include="MimeKit" />""")]
    [InlineData("api/Mailfleet.Api/Mailfleet.Api.csproj", """<PackageReference Include="Marten" Version="1.0.0" />""")]
    public void SeeOneThatDoesNot(string path, string text) => Assert.Single(Violations([new SourceFile(path, text)]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            bool isLock = file.Name == "packages.lock.json";
            if (!file.IsProject && !isLock)
                continue;

            foreach (Match match in (isLock ? Locked() : Referenced()).Matches(file.Text))
            {
                string package = match.Groups["name"].Value;
                if (Fault(file, package) is { } fault)
                    yield return $"{file.Path}: {package}: {fault}";
                if (file.IsProject && match.Value.Contains("Version=", StringComparison.Ordinal))
                    yield return $"{file.Path}: {package}: versions stand in Directory.Packages.props";
            }
        }
    }

    private static string? Fault(SourceFile file, string package)
    {
        if (file.Path.StartsWith("mail-node/", StringComparison.Ordinal) && ControlPlane().IsMatch(package))
            return "belongs to the control plane";
        if (file.Path.StartsWith("webmail/", StringComparison.Ordinal) && package is "Npgsql" or "Marten")
            return "webmail reaches mail by JMAP alone";
        if (file.IsProject && file.Path.Contains(".Contracts/", StringComparison.Ordinal))
            return "contracts have no packages";
        if (file.IsProject && !file.IsTest && package is "MimeKit" or "MailKit" && !file.Path.StartsWith("mail-node/Mailfleet.Message/", StringComparison.Ordinal))
            return "stays behind Mailfleet.Message";
        return null;
    }

    [GeneratedRegex("""<PackageReference\s+Include="(?<name>[^"]+)"[^>]*>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Referenced();

    [GeneratedRegex(""""^\s*"(?<name>[^"]+)": \{"""", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Locked();

    [GeneratedRegex(@"^(Marten|Weasel|JasperFx|Hangfire|Stripe|GraphQL)([.-]|$)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ControlPlane();
}
