#pragma warning disable MA0009, MA0023 // the pages searched are our own
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy.SignUps;
using Microsoft.AspNetCore.Builder;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>What holds for every page: headers, what it loads, what happens when something goes wrong.</summary>
public sealed class WebTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static void MapFault(WebApplication app) => app.MapGet("/fault", string () => throw new InvalidOperationException("secret detail"));

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/signup", 200)]
    [InlineData("/signup/t", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/fault", 500)]
    [InlineData("/health/live", 200)]
    public async Task SendsSecurityHeaders(string path, int status)
    {
        await using PortalSite site = await fixture.StartAsync(map: MapFault);
        site.SignUps["t"] = new SignUpStatus(SignUpStage.Complete, "A", "a.mailfleet.test", "x@a.mailfleet.test", false, null, null, null);
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync(path);

        Assert.Equal(status, (int)page.Status);
        Assert.Equal("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", page.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", page.Header("Referrer-Policy"));
        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepsItsFormCookieFromScriptsAndOtherSites()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        string cookie = (await visitor.GetAsync("/signup")).Header("Set-Cookie");

        Assert.StartsWith("mailfleet-api-form=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task LoadsNothingButItsOwnCachedFilesAndNoScript()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = new SignUpStatus(SignUpStage.AwaitingProof, "A", "a.example", "x@a.example", false, "n", "v", DateTimeOffset.UnixEpoch);
        using Visitor visitor = new(site);

        HashSet<string> loaded = [];
        foreach (string path in (string[])["/", "/signup", "/signup/t", "/nowhere"])
        {
            string source = (await visitor.GetAsync(path)).Source;
            Assert.DoesNotContain("<script", source, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("style=", source, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("//", source, StringComparison.Ordinal);
            foreach (Match match in Regex.Matches(source, "(?:src|href)=\"(/assets/[^\"]+)\""))
                loaded.Add(match.Groups[1].Value);
        }

        Assert.Contains(loaded, path => path.EndsWith(".css", StringComparison.Ordinal));
        foreach (string path in loaded)
        {
            Html file = await visitor.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, file.Status);
            Assert.NotEmpty(file.Source);
            Assert.Contains("immutable", file.Header("Cache-Control"), StringComparison.Ordinal);
            Assert.DoesNotMatch(@"url\(\s*['""]?https?:|@import", file.Source);
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(Regex.Replace(path, @"\.[0-9a-f]+\.", ".000000000000."))).Status);
        }
    }

    [Fact]
    public async Task HidesTheReasonOfAFault()
    {
        await using PortalSite site = await fixture.StartAsync(map: MapFault);
        using Visitor visitor = new(site, "zh");

        Html page = await visitor.GetAsync("/fault");

        Assert.Equal(HttpStatusCode.InternalServerError, page.Status);
        Assert.Equal(Language.Chinese.Text.ErrorTitle(500), page.Headline);
        Assert.DoesNotContain("secret detail", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowsPagesForWrongTurnsToPeopleOnly()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        HttpRequestMessage program = new(HttpMethod.Get, "/nowhere");
        program.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        Html page = await visitor.GetAsync("/nowhere");
        Html method = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/signup"));
        using HttpClient plain = new() { BaseAddress = site.Address };
        using HttpResponseMessage bare = await plain.SendAsync(program);

        Assert.Equal(Language.English.Text.ErrorTitle(404), page.Headline);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.Status);
        Assert.Equal(Language.English.Text.ErrorTitle(405), method.Headline);
        Assert.Equal(HttpStatusCode.NotFound, bare.StatusCode);
        Assert.Empty(await bare.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AnswersHeadLikeGetWithoutABody()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        Html head = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Source);
    }

    [Fact]
    public async Task ReportsItsHealth()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        Assert.Equal("Healthy", (await visitor.GetAsync("/health/live")).Source);
        Assert.Equal("Healthy", (await visitor.GetAsync("/health/ready")).Source);
    }
}
