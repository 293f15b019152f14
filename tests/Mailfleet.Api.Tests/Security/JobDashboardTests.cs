using System.Net;
using System.Net.Http.Headers;
using Hangfire;
using Hangfire.Storage;
using Mailfleet.Api.Ops;
using Mailfleet.Api.Tests.GraphQL;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Mailfleet.Api.Tests.Security;

public sealed class JobDashboardTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task NobodyFromLoopbackSeesTheJobs()
    {
        foreach (string path in (string[])["/ops/jobs", "/ops/jobs/recurring", "/ops/jobs/jobs/enqueued"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await api.Http.GetAsync(path)).StatusCode);
        using HttpResponseMessage stats = await api.Http.PostAsync("/ops/jobs/stats", new StringContent(""));
        Assert.Equal(HttpStatusCode.Unauthorized, stats.StatusCode);
    }

    [Theory]
    [InlineData(Role.Operator, true)]
    [InlineData(Role.OperatorSupport, true)]
    [InlineData(Role.OperatorReadOnly, true)]
    [InlineData(Role.ResellerOwner, false)]
    [InlineData(Role.CustomerOwner, false)]
    public async Task OnlyTheOperatorsPeopleSeeTheJobs(Role role, bool sees)
    {
        NodeId? node = RoleRights.LevelOf(role) switch
        {
            Level.Customer => NodeId.Parse(await api.CreateCustomerAsync("Looks")),
            Level.Reseller => NodeId.Of((await api.Services.GetRequiredService<CreateResellerHandler>().HandleAsync(
                new CreateReseller("Looks", null), Actor.Operator("test"), CancellationToken.None)).Value!.Id),
            _ => null,
        };
        (string login, PersonId _) = await api.CreatePersonAsync(role, node);
        using Visitor visitor = await api.EnterAsync(login);
        Html page = await visitor.GetAsync("/ops/jobs/recurring");
        Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.Forbidden, page.Status);
        Assert.Equal(sees, page.Source.Contains("unproven-claims", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ATokenSeesThemAndAWrongOneDoesNot()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ApiFixture.Token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("wrong"));
    }

    [Fact]
    public async Task ATurnOfHangfireRunsTheJob()
    {
        JobRunner runner = api.Services.GetRequiredService<JobRunner>();
        string id = api.Services.GetRequiredService<IBackgroundJobClient>().Enqueue<JobTurn>(turn => turn.RunAsync("unproven-claims", CancellationToken.None));
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        using IStorageConnection connection = api.Services.GetRequiredService<JobStorage>().GetConnection();
        while (connection.GetStateData(id)?.Name != "Succeeded")
            await timer.WaitForNextTickAsync(soon.Token);
        JobStatus status = (await runner.ReadStatusAsync(CancellationToken.None)).Single(job => job.Name == "unproven-claims");
        Assert.NotNull(status.FinishedAt);
        Assert.Equal(runner.Jobs.Select(job => job.Name).Order(), connection.GetRecurringJobs().Select(job => job.Id).Order());
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ops/jobs");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        return response.StatusCode;
    }
}
