using System.Diagnostics;
using System.Net;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class GraphiqlTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task ThePageAndAllItLoadsComeFromThisHost()
    {
        using HttpResponseMessage page = await api.Http.GetAsync("/graphiql");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string[] files = [.. html.Split(["src=\"", "href=\""], StringSplitOptions.None).Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
        Assert.Equal(["/graphiql/graphiql.css", "/graphiql/graphiql.js"], files);
        foreach (string file in files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using HttpResponseMessage packed = await api.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, packed.StatusCode);
            Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
            string plain = await api.Http.GetStringAsync(file);
            Assert.True(plain.Length > 100_000);
            Assert.DoesNotContain("@import", plain, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheEditorOpensInARealBrowserUnderItsPolicy()
    {
        string profile = Directory.CreateTempSubdirectory("mailfleet-graphiql").FullName;
        try
        {
            var start = new ProcessStartInfo("/usr/bin/chromium", ["--headless", "--disable-gpu", $"--user-data-dir={profile}", "--timeout=60000", "--virtual-time-budget=20000", "--dump-dom"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            if (Environment.IsPrivilegedProcess)
                start.ArgumentList.Add("--no-sandbox");
            start.ArgumentList.Add(new Uri(api.Http.BaseAddress!, "/graphiql").AbsoluteUri);
            using Process browser = Process.Start(start)!;
            Task<string> log = browser.StandardError.ReadToEndAsync();
            string page = await browser.StandardOutput.ReadToEndAsync();
            await browser.WaitForExitAsync();
            Assert.True(page.Contains("class=\"graphiql-container", StringComparison.Ordinal), page + await log);
            Assert.Contains("CodeMirror", page, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
