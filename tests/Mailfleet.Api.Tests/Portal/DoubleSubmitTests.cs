using System.Net;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Tests.Portal;

public sealed class DoubleSubmitTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task SignsUpOnceWhenTheSameFormComesTwiceAtOnce()
    {
        await using PortalSite site = await fixture.StartAsync();
        TaskCompletionSource gate = new();
        site.SignUps.Gate = gate.Task;
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        Task<Html> first = visitor.PostAsync("/signup", fields);
        Task<Html> second = visitor.PostAsync("/signup", fields);
        gate.SetResult();

        Assert.Equal("/signup/token1", (await first).Header("Location"));
        Assert.Equal("/signup/token1", (await second).Header("Location"));
        Assert.Equal("/signup/token1", (await visitor.PostAsync("/signup", fields)).Header("Location")); // and when it comes again later
        Assert.Single(site.SignUps.Commands);
    }

    [Fact]
    public async Task FinishesASignUpWhoseRequestWasCutOff()
    {
        await using PortalSite site = await fixture.StartAsync();
        TaskCompletionSource gate = new();
        site.SignUps.Gate = gate.Task;
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        using CancellationTokenSource cut = new();
        Task<Html> first = visitor.PostAsync("/signup", fields, cancellationToken: cut.Token);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (site.SignUps.Commands.IsEmpty)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Task<Html> second = visitor.PostAsync("/signup", fields);
        gate.SetResult();

        Assert.Equal("/signup/token1", (await second).Header("Location"));
        Assert.Single(site.SignUps.Commands);
    }

    [Fact]
    public async Task TriesTheSameFormAgainAfterARefusalOrAFault()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        site.SignUps.Refuse = _ => [new Refusal(ErrorCode.DomainTaken, "domain", "x")];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync("/signup", fields)).Status);
        site.SignUps.Refuse = _ => throw new InvalidOperationException("The control database is away.");
        Assert.Equal(HttpStatusCode.InternalServerError, (await visitor.PostAsync("/signup", fields)).Status);
        site.SignUps.Refuse = _ => [];
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync("/signup", fields)).Status);
    }

    [Fact]
    public async Task TakesAChangedFormForAnotherSignUp()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        Html form = await visitor.GetAsync("/signup");

        Html first = await visitor.PostAsync("/signup", Visitor.Filled(form));
        Html second = await visitor.PostAsync("/signup", Visitor.Filled(form, ("password", "another good password")));

        Assert.NotEqual(first.Header("Location"), second.Header("Location"));
        Assert.Equal(2, site.SignUps.Commands.Count);
    }
}
