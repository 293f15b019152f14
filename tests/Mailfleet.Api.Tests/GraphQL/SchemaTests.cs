using System.Runtime.CompilerServices;
using GraphQL;
using Mailfleet.Api.GraphQL;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class SchemaTests
{
    /// <summary>To approve a change, put the received text, which the failure prints, into the file.</summary>
    [Fact]
    public async Task SchemaIsTheApprovedOne()
    {
        string file = Path.GetFullPath(Path.Combine(Folder(), "../../../api/Mailfleet.Api/GraphQL/schema.graphql"));
        string received = Print();
        if (Environment.GetEnvironmentVariable("MAILFLEET_APPROVE") == "1")
            await File.WriteAllTextAsync(file, received);
        Assert.Equal(await File.ReadAllTextAsync(file), received);
    }

    private static string Print()
    {
        using var schema = new MailfleetSchema();
        schema.Initialize();
        return schema.Print(new global::GraphQL.Utilities.PrintOptions { IncludeDescriptions = true }).ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
