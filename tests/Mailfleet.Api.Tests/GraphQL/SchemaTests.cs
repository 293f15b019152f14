using System.Runtime.CompilerServices;
using GraphQL;
using GraphQL.Utilities;
using Mailfleet.Api.GraphQL;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class SchemaTests
{
    private const string ApproveVariable = "MAILFLEET_APPROVE";

    /// <summary>To approve a change, run this test with MAILFLEET_APPROVE=1 and look at the difference before committing it.</summary>
    [Fact]
    public async Task SchemaIsTheApprovedOne()
    {
        string file = Path.GetFullPath(Path.Combine(Folder(), "../../../api/Mailfleet.Api/GraphQL/schema.graphql"));
        string received = Print();
        if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
            await File.WriteAllTextAsync(file, received);

        Assert.Equal((await File.ReadAllTextAsync(file)).Split('\n'), received.Split('\n'));
    }

    private static string Print()
    {
        using var schema = new MailfleetSchema();
        schema.Initialize();
        return schema.Print(new PrintOptions { IncludeDescriptions = true }).ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
