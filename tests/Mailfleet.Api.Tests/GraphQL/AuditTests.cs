using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>The audits of the npm package graphql-http against the real server. Needs node and npm; the lock file names what is installed.</summary>
public sealed class AuditTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // What is not met: MAY accept GET, and MAY take variables in it (twice, for each media type). GET is off, because a query in an address ends up in logs
    // and caches, and a page of another site can send it.
    private static readonly string[] Declined = ["5A70", "6A70", "D6D5"];

    [Fact]
    public async Task MeetsEveryMustAndEveryShould()
    {
        string work = Directory.CreateTempSubdirectory("mailfleet-audits").FullName;
        try
        {
            foreach (string file in new[] { "package.json", "package-lock.json", "audit.mjs" })
                File.Copy(Path.Combine(Folder(), "Audits", file), Path.Combine(work, file));
            await RunAsync(work, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            string output = await RunAsync(work, "node", "audit.mjs", new Uri(api.Http.BaseAddress!, "/graphql").AbsoluteUri, ApiFixture.Token);

            JsonNode[] audits = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
            Assert.True(audits.Length > 50, output);
            Assert.Equal(Declined, audits.Where(audit => audit["status"]!.GetValue<string>() != "ok").Select(audit => audit["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
            Assert.All(audits.Where(audit => Declined.Contains(audit["id"]!.GetValue<string>())), audit => Assert.StartsWith("MAY", audit["name"]!.GetValue<string>(), StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}{output}");
        return output;
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
