using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.SignUps;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task ASignUpIsATrialThatTimeMovesOnThroughTheCell()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Assert.Empty((await host.Get<ISignUps>().SignUpAsync(new SignUp("Trying", "trial", $"try.{TenancyHost.HostName}", "boss", "correct horse", null, "en"), TenancyHost.Soon())).Refusals);
        Assert.Equal("Trial|2026-03-31", await StageAsync(host));

        (int Days, string Stage, string State)[] way =
        [
            (22, "Trial|2026-03-31", "1"), (9, "PastDue|2026-04-15", "1"), (15, "SendingBlocked|2026-04-30", "2"), (15, "AccessBlocked|2026-05-15", "3"),
            (15, "Deferring|2026-05-23", "4"), (8, "Rejecting|2026-06-23", "5"), (31, "ExportOnly|2026-07-24", "6"),
        ];
        foreach ((int days, string stage, string state) in way)
        {
            host.Clock.Advance(TimeSpan.FromDays(days));
            await RunAsync(host, "lifecycle");
            Assert.Equal(stage, await StageAsync(host));
            await TenancyHost.UntilAsync(
                async () => (await TenancyHost.RowsAsync(host.CellDatabase, "SELECT state FROM directory.customer")).SingleOrDefault(), held => held == state);
        }

        Assert.Equal(
            ["CustomerStageAnnounced|6", "CustomerStageSet|6"],
            await TenancyHost.RowsAsync(
                host.ControlDatabase, "SELECT action, count(*) FROM tenancy.audit WHERE action IN ('CustomerStageAnnounced', 'CustomerStageSet') GROUP BY 1 ORDER BY 1"));

        // The end: mailboxes and domains go, and the customer only when the cell holds no mail of it any more.
        await TenancyHost.RowsAsync(host.CellDatabase, "INSERT INTO mail.mailbox (mailbox_id, used_bytes) SELECT id, 1000 FROM directory.mailbox");
        host.Clock.Advance(TimeSpan.FromDays(31));
        await RunAsync(host, "lifecycle");
        Assert.StartsWith("ExportOnly", await StageAsync(host), StringComparison.Ordinal);
        Assert.Equal(["0|0"], await TenancyHost.RowsAsync(
            host.ControlDatabase, "SELECT (SELECT count(*) FROM tenancy.domain WHERE listed), (SELECT count(*) FROM tenancy.mailbox WHERE listed)"));
        await TenancyHost.UntilAsync(
            async () => (await TenancyHost.RowsAsync(host.CellDatabase, "SELECT m.state, d.state FROM directory.mailbox m JOIN directory.domain d ON d.id = m.domain_id")).Single(),
            held => held == "9|9");
        await TenancyHost.RowsAsync(host.CellDatabase, "UPDATE mail.mailbox SET used_bytes = 0");
        await TenancyHost.UntilAsync(
            async () =>
            {
                await RunAsync(host, "lifecycle");
                return await StageAsync(host);
            },
            stage => stage == "Purged|");
        Assert.Equal(["1|1"], await TenancyHost.RowsAsync(
            host.ControlDatabase, "SELECT after ->> 'domains', after ->> 'mailboxes' FROM tenancy.audit WHERE action = 'CustomerPurged'"));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.person WHERE listed"));
        Assert.Empty((await host.Get<ISignUps>().SignUpAsync(new SignUp("Next", "trial", $"try.{TenancyHost.HostName}", "boss", "correct horse", null, "en"), TenancyHost.Soon())).Refusals);
    }

    [Fact]
    public async Task TheForecastSaysWhatTheJobWillDoAndEndsAtTheActorsPlace()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer due = await host.CreateCustomerAsync("Due");
        Customer held = await host.CreateCustomerAsync("Held");
        await host.CreateCustomerAsync("Active");
        await SetAsync(host, due, CustomerStage.PastDue);
        await SetAsync(host, held, CustomerStage.Deferring);
        TenancyHost.Accepted(await host.Get<HoldCustomerHandler>().HandleAsync(new HoldCustomer(held.Id, "A dispute about the bill"), host.Operator, TenancyHost.Soon()));
        LifecycleForecastResult forecast = await host.Get<LifecycleForecast>().ReadAsync(host.Operator, 30, TenancyHost.Soon());
        Assert.Equal(
            [(held.Id, CustomerStage.Rejecting, 7, true), (due.Id, CustomerStage.SendingBlocked, 14, false), (due.Id, CustomerStage.AccessBlocked, 28, false)],
            forecast.Steps.Select(step => (step.Customer, step.To, (int)(step.At - host.Clock.GetUtcNow()).TotalDays, step.IsHeld)));
        Actor owner = Actor.Of("owner", Tenancy.Rights.Role.CustomerOwner, held.Path);
        Assert.Equal(held.Id, Assert.Single((await host.Get<LifecycleForecast>().ReadAsync(owner, 30, TenancyHost.Soon())).Steps).Customer);

        foreach (LifecycleForecastStep step in forecast.Steps.Where(step => !step.IsHeld))
        {
            host.Clock.Advance(step.At - host.Clock.GetUtcNow());
            await RunAsync(host, "lifecycle");
            Assert.Equal([step.To.ToString()], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT stage FROM tenancy.customer WHERE name = 'Due'"));
        }
    }

    [Fact]
    public async Task TheOwnerIsToldOnceAndNotLostWhileTheCellIsAway()
    {
        await using var postgres = new PostgresFixture();
        var cell = new FakeCell();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres, link: cell);
        Assert.Empty((await host.Get<ISignUps>().SignUpAsync(new SignUp("Müller & Söhne", "trial", $"try.{TenancyHost.HostName}", "boss", "correct horse", null, "en"), TenancyHost.Soon())).Refusals);
        cell.IsAway = true;
        host.Clock.Advance(TimeSpan.FromDays(24));
        await RunAsync(host, "lifecycle");
        await RunAsync(host, "notices");
        Assert.Empty(cell.Injections);
        cell.IsAway = false;
        await RunAsync(host, "lifecycle");
        await RunAsync(host, "notices");
        await RunAsync(host, "notices");
        Cell.Door.Injection notice = Assert.Single(cell.Injections);
        Assert.Equal([$"boss@try.{TenancyHost.HostName}"], notice.Recipients);
        string[] message = System.Text.Encoding.ASCII.GetString(notice.Content.Span).Split("\r\n\r\n");
        Assert.All(message[0].Split("\r\n"), line => Assert.InRange(line.Length, 1, 78 + notice.Key.Length));
        Assert.Contains("Auto-Submitted: auto-generated", message[0], StringComparison.Ordinal);
        string text = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(message[1].Replace("\r\n", "", StringComparison.Ordinal)));
        Assert.Contains("Müller & Söhne", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-31", text, StringComparison.Ordinal);
        Assert.Equal([""], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT content FROM tenancy.notice"));
    }

    [Fact]
    public async Task ManyWorkersAtOnceTakeOneStep()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        for (int i = 0; i < 3; i++)
            await SetAsync(host, await host.CreateCustomerAsync($"C{i}"), CustomerStage.PastDue);
        host.Clock.Advance(TimeSpan.FromDays(100));
        LifecycleJob job = host.Get<IEnumerable<IJob>>().OfType<LifecycleJob>().Single();
        JobSlice[] slices = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => job.RunSliceAsync(null, TenancyHost.Soon())));
        Assert.Equal(3, slices.Sum(slice => slice.Done));
        Assert.Equal(["SendingBlocked|3"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT stage, count(*) FROM tenancy.customer GROUP BY 1"));
    }

    [Fact]
    public async Task BusinessTimeThatMovesOnRunsEveryJobOnceInWhicheverProcessIsFirst()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        await using TenancyHost other = await TenancyHost.StartAsync(postgres, host.ControlDatabase, new FakeCell());
        Customer customer = await host.CreateCustomerAsync();
        await SetAsync(host, customer, CustomerStage.PastDue);
        await using (Npgsql.NpgsqlDataSource control = Npgsql.NpgsqlDataSource.Create(host.ControlDatabase))
            Assert.Equal(TimeSpan.FromDays(40), await new BusinessClockTable(control).AdvanceAsync(TimeSpan.FromDays(40), TenancyHost.Soon()));
        await TenancyHost.UntilAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(1));
                other.Clock.Advance(TimeSpan.FromSeconds(1));
                return await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.recurring_job WHERE clock_changes = 1 AND finished_at IS NOT NULL");
            },
            rows => rows[0] == "5");
        Assert.StartsWith("SendingBlocked", await StageAsync(host), StringComparison.Ordinal); // one step, though two processes heard of it and 40 days are more than one stage
        Assert.Equal((TimeSpan.FromDays(40), TimeSpan.FromDays(40)), (host.Get<BusinessClock>().Ahead, other.Get<BusinessClock>().Ahead));
    }

    [Fact]
    public async Task AHeldCustomerStaysUntilItIsReleased()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        await SetAsync(host, customer, CustomerStage.PastDue);
        TenancyHost.Accepted(await host.Get<HoldCustomerHandler>().HandleAsync(new HoldCustomer(customer.Id, "A dispute about the bill"), host.Operator, TenancyHost.Soon()));
        host.Clock.Advance(TimeSpan.FromDays(100));
        await RunAsync(host, "lifecycle");
        Assert.StartsWith("PastDue", await StageAsync(host), StringComparison.Ordinal);
        TenancyHost.Accepted(await host.Get<ReleaseCustomerHandler>().HandleAsync(new ReleaseCustomer(customer.Id), host.Operator, TenancyHost.Soon()));
        await RunAsync(host, "lifecycle");
        Assert.StartsWith("PastDue", await StageAsync(host), StringComparison.Ordinal); // announced, and not sooner done than announced
        host.Clock.Advance(TimeSpan.FromDays(8));
        await RunAsync(host, "lifecycle");
        Assert.StartsWith("SendingBlocked", await StageAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARebuildKnowsEveryStage()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        await SetAsync(host, customer, CustomerStage.Rejecting);
        TenancyHost.Accepted(await host.Get<HoldCustomerHandler>().HandleAsync(new HoldCustomer(customer.Id, "A dispute about the bill"), host.Operator, TenancyHost.Soon()));
        const string rows = "SELECT stage, stage_since, due_at, next_at, is_held, listed FROM tenancy.customer UNION ALL SELECT row::text, NULL, NULL, NULL, NULL, NULL FROM tenancy.provisioning";
        string[] before = await TenancyHost.RowsAsync(host.ControlDatabase, rows);
        await host.Get<FleetRebuild>().RebuildAsync(TenancyHost.Soon());
        Assert.Equal(before, await TenancyHost.RowsAsync(host.ControlDatabase, rows));
    }

    [Fact]
    public async Task NamesThatNobodyProvesAreFreedAndGiveBackTheirPools()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        for (int i = 0; i < 2; i++)
            Assert.Empty((await host.Get<ISignUps>().SignUpAsync(new SignUp("Unfinished", "trial", $"unfinished{i}.example", "boss", "correct horse", null, "en"), TenancyHost.Soon())).Refusals);
        Customer proven = await host.CreateCustomerAsync("Proven");
        await host.CreateDomainAsync(proven, "proven.example");
        await RunAsync(host, "unproven-claims");
        Assert.Equal(["3"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.domain WHERE listed"));
        host.Clock.Advance(TimeSpan.FromDays(2));
        await Task.WhenAll(RunAsync(host, "unproven-claims"), RunAsync(host, "unproven-claims"));
        await RunAsync(host, "unproven-claims");
        Assert.Equal(["proven.example"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT name FROM tenancy.domain WHERE listed"));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.person WHERE listed"));
        Assert.Equal(["1"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM marten.mt_doc_nameclaim"));
    }

    private static async Task RunAsync(TenancyHost host, string job) => Assert.True(await host.Get<JobRunner>().RunAsync(job, TenancyHost.Soon()));

    private static async Task SetAsync(TenancyHost host, Customer customer, CustomerStage stage) => TenancyHost.Accepted(
        await host.Get<SetCustomerStageHandler>().HandleAsync(new SetCustomerStage(customer.Id, stage, "Test"), host.Operator, TenancyHost.Soon()));

    private static async Task<string> StageAsync(TenancyHost host) => (await TenancyHost.RowsAsync(
        host.ControlDatabase, "SELECT stage, to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM tenancy.customer ORDER BY id"))[0];
}
