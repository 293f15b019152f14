using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>One public type a file, and the file has its name. A use case's file may hold its parts too: they carry its name in front (AddDomain, AddDomainHandler).</summary>
public sealed partial class PublicTypes
{
    [Fact]
    public void StandInFilesOfTheirName() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("a/Envelope.cs", "public sealed record Envelope;\n\npublic enum Colour { Red }\n")]
    [InlineData("a/Types.cs", "public static partial class Envelope\n{\n}\n")]
    [InlineData("a/Envelope.cs", "public readonly record struct Uid(int Value);\n")]
    [InlineData("a/Envelope.cs", "public delegate Task<int> Handler(int a);\n")]
    public void SeeAStranger(string path, string text) => Assert.Single(Violations([new SourceFile(path, text)]));

    [Theory]
    [InlineData("a/AddDomain.cs", "public sealed record AddDomain;\n\npublic sealed class AddDomainHandler\n{\n    public enum Nested { A }\n}\n")]
    [InlineData("a/SmtpSession.Data.cs", "public sealed partial class SmtpSession\n{\n}\n")]
    [InlineData("a/Outcome.cs", "public record Outcome<T>;\n\ninternal sealed class Helper;\n")]
    [InlineData("tests/a/Many.cs", "public class A;\n\npublic class B;\n")]
    public void LetsTheRestBe(string path, string text) => Assert.Empty(Violations([new SourceFile(path, text)]));

    // Top-level declarations begin at the margin: namespaces are file-scoped.
    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCode && !file.IsTest
        let stem = file.Name[..file.Name.IndexOf('.', StringComparison.Ordinal)]
        from Match type in PublicType().Matches(file.Text)
        where !type.Groups["name"].Value.StartsWith(stem, StringComparison.Ordinal)
        select $"{file.Path}: {type.Groups["name"].Value}";

    [GeneratedRegex(
        @"^public\s+((static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(record\s+struct|record\s+class|record|class|struct|interface|enum|delegate\s+[\w<>,.?\[\] ]+?)\s+(?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PublicType();
}
