using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>
/// What the compiled assemblies really use. A project reference brings its own references along, so a project could use what its file does not name.
/// </summary>
public sealed class AssemblyReferences
{
    private static readonly string[] KeptFromMailNode = ["Marten", "Weasel", "JasperFx", "Hangfire", "Stripe", "GraphQL"];

    [Fact]
    public void AreThoseOfTheMap() => Expect.None(Compiled().SelectMany(Violations));

    [Fact]
    public void OfEveryProductAssemblyAreRead()
    {
        string[] read = [.. Compiled().Select(assembly => assembly.Name)];
        Assert.Contains("Mailfleet.Node", read);
        Assert.Contains("Mailfleet.Api", read);
        Assert.Contains("Mailfleet.Smtp", read);
    }

    [Theory]
    [InlineData("Mailfleet.Pop3", "Mailfleet.Store")]
    [InlineData("Mailfleet.Tenancy", "Mailfleet.Api")]
    [InlineData("Mailfleet.Store", "Marten")]
    [InlineData("Mailfleet.Directory", "Hangfire.Core")]
    [InlineData("Mailfleet.Node", "Stripe.net")]
    [InlineData("Mailfleet.Cell", "GraphQL.SystemTextJson")]
    public void SeesAForbiddenOne(string assembly, string reference) => Assert.Single(Violations((assembly, [reference])));

    private static IEnumerable<string> Violations((string Name, IReadOnlyList<string> References) assembly)
    {
        foreach (string reference in assembly.References)
        {
            if (reference.StartsWith("Mailfleet.", StringComparison.Ordinal) && ProjectMap.Fault(assembly.Name, reference) is { } fault)
                yield return fault;
            if (IsMailNode(assembly.Name) && KeptFromMailNode.Any(name => reference == name || reference.StartsWith($"{name}.", StringComparison.Ordinal)))
                yield return $"{assembly.Name} must not reach {reference}";
        }
    }

    private static bool IsMailNode(string name) => name
        is "Mailfleet.Wire" or "Mailfleet.Message" or "Mailfleet.Smtp" or "Mailfleet.Pop3" or "Mailfleet.Imap" or "Mailfleet.Jmap"
        or "Mailfleet.Cell" or "Mailfleet.Store" or "Mailfleet.Directory" or "Mailfleet.Node";

    private static IEnumerable<(string Name, IReadOnlyList<string> References)> Compiled() =>
        from path in System.IO.Directory.EnumerateFiles(AppContext.BaseDirectory, "Mailfleet.*.dll")
        let name = Path.GetFileNameWithoutExtension(path)
        where ProjectMap.Projects.Contains(name)
        select (name, ReadReferences(path));

    private static IReadOnlyList<string> ReadReferences(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
