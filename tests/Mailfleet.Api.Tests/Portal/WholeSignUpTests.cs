using System.Net;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Tests.GraphQL;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>The portal in the real host: with tenancy, a control database and a cell.</summary>
public sealed class WholeSignUpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task AFreeNameIsLiveWithinSeconds()
    {
        using Visitor visitor = new(api.Http.BaseAddress!);

        Html posted = await visitor.SignUpAsync(("domain", "whole.mailfleet.test"));

        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        Html page;
        while ((page = await visitor.GetAsync(posted.Header("Location"))).Headline == Language.English.Text.MakingTitle)
            patience.Token.ThrowIfCancellationRequested();
        Assert.Equal(Language.English.Text.LiveTitle, page.Headline);
        Assert.Contains("<code>info@whole.mailfleet.test</code>", page.Source, StringComparison.Ordinal);
        Assert.Contains(Language.English.Text.DnsNothing("mailfleet.test"), page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnNameWaitsForItsRecord()
    {
        using Visitor visitor = new(api.Http.BaseAddress!);

        Html page = await visitor.GetAsync((await visitor.SignUpAsync(("domain", "Bücher-Whole.example"))).Header("Location"));

        Assert.Equal(Language.English.Text.ProofTitle("bücher-whole.example"), page.Headline);
        Assert.Contains("<code>xn--bcher-whole-thb.example</code>", page.Source, StringComparison.Ordinal);
        Assert.Contains("UTC", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachFieldsRefusalStandsBesideIt()
    {
        using Visitor visitor = new(api.Http.BaseAddress!);

        Html bad = await visitor.SignUpAsync(("company", ""), ("plan", "gold"), ("domain", "nodot"), ("mailbox", "a b"), ("password", "short"), ("email", "me@"));
        Html reserved = await visitor.SignUpAsync(("domain", "www.mailfleet.test"));

        Assert.Equal(SignUpFields.All, bad.Summary.Select(line => line.Field));
        Assert.Equal(Language.English.Text.Explain(ErrorCode.DomainReserved, "domain", isBlank: false), reserved.ErrorBeside("domain"));
    }

    [Fact]
    public async Task AnUnknownTokenIsAPageNotFound()
    {
        using Visitor visitor = new(api.Http.BaseAddress!);

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/signup/nobody")).Status);
    }
}
