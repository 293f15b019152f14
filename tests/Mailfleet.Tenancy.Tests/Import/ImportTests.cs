using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Import;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests.Import;

/// <summary>Imports against real databases; each test has domains of its own.</summary>
public sealed class ImportTests(AliasFixture fixture) : IClassFixture<AliasFixture>
{
    private static readonly string Hash = PasswordHash.Create("correct horse");

    private TenancyHost Host => fixture.Host;

    [Fact]
    public async Task APreviewTellsEachRowsFaultAndMakesNothing()
    {
        Domain domain = await PlantAsync("preview.example");
        await Host.CreateMailboxAsync(domain, "taken");
        string[] before = await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT count(*) FROM marten.mt_events");
        Job job = await CreateAsync(JobKind.ImportMailboxes, $"""
            Address;Password;password_hash;quota_bytes
            good@preview.example;correct horse;;1000
            taken@preview.example;correct horse;;
            good@preview.example;correct horse;;
            a b@preview.example;correct horse;;
            weak@preview.example;short;;
            "quoted; local"@preview.example;correct horse;;
            strange@unknown.example;correct horse;;
            both@preview.example;correct horse;{Hash};
            hash@preview.example;;not a hash;
            quota@preview.example;correct horse;;-1
            """);
        Assert.Equal((JobState.Ready, 10, 9), (job.State, job.Total, job.Refused));
        Assert.Equal(
            [
                "3 AddressTaken address", "4 Conflict address", "5 Invalid address", "6 PasswordTooWeak password", "7 Invalid address", "8 NotFound address",
                "9 Invalid password_hash", "10 Invalid password_hash", "11 Invalid quota_bytes",
            ],
            (await ErrorsAsync(job)).Select(error => $"{error.Line} {error.Code} {error.Column}"));
        Assert.Equal(before, await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT count(*) FROM marten.mt_events"));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(Host.ControlDatabase, $"SELECT count(*) FROM tenancy.import_row WHERE job_id = '{job.Id}' AND (data::text LIKE '%horse%' OR encode(sealed, 'escape') LIKE '%horse%')"));
    }

    [Fact]
    public async Task WhatIsStartedIsDoneOnceAndLiveInTheCell()
    {
        Domain one = await PlantAsync("live.example");
        Domain two = await PlantAsync("second.example");
        string rows = string.Join('\n', Enumerable.Range(0, 250).Select(i => $"u{i}@{(i % 2 == 0 ? "live" : "second")}.example,{(i == 0 ? "" : $"\"{Hash}\"")},{i}"));
        Job job = await CreateAsync(JobKind.ImportMailboxes, $"address,password_hash,quota_bytes\n{rows}\nplain@live.example,,\n");
        await SteerAsync(job, JobStep.Start);
        Job done = await UntilAsync(job, JobState.Done);
        Assert.Equal((251, 251, 0), (done.Total, done.Done, done.Refused));
        Assert.NotNull(done.FinishedAt);

        string[] ids = await TenancyHost.RowsAsync(Host.ControlDatabase, $"SELECT object_id FROM tenancy.import_row WHERE job_id = '{job.Id}'");
        await Host.WaitUntilAppliedAsync(ids);
        Assert.Equal(["249"], await TenancyHost.RowsAsync(Host.CellDatabase, $"SELECT count(*) FROM directory.credential c JOIN directory.mailbox m ON m.id = c.mailbox_id WHERE c.password_hash = '{Hash}' AND m.local_part LIKE 'u%'"));
        Assert.Equal(["7"], await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT quota_bytes FROM tenancy.mailbox WHERE address = 'u7@second.example'"));
        Assert.Equal(["126|125"], await TenancyHost.RowsAsync(
            Host.ControlDatabase, $"SELECT count(*) FILTER (WHERE domain_id = '{one.Id}'), count(*) FILTER (WHERE domain_id = '{two.Id}') FROM tenancy.mailbox WHERE listed"));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(Host.ControlDatabase, $"SELECT count(*) FROM tenancy.import_row WHERE job_id = '{job.Id}' AND sealed IS NOT NULL"));
    }

    [Fact]
    public async Task ARowThatIsRefusedWhenItIsRunStopsNoOther()
    {
        Domain domain = await PlantAsync("race-import.example");
        Job job = await CreateAsync(JobKind.ImportMailboxes, $"address;password_hash\na@race-import.example;{Hash}\nb@race-import.example;{Hash}\nc@race-import.example;{Hash}\n");
        await Host.CreateMailboxAsync(domain, "b"); // between preview and run
        await SteerAsync(job, JobStep.Start);
        Job done = await UntilAsync(job, JobState.Done);
        Assert.Equal((2, 1), (done.Done, done.Refused));
        Assert.Equal("3 AddressTaken address", (await ErrorsAsync(job)).Select(error => $"{error.Line} {error.Code} {error.Column}").Single());
    }

    [Fact]
    public async Task DomainsAndAliasesAreImportedToo()
    {
        Customer customer = await Host.CreateCustomerAsync("Imports");
        Job domains = await CreateAsync(JobKind.ImportDomains, $"name,customer_id\none-import.example,{customer.Id}\nlocalhost,{customer.Id}\ntwo-import.example,cus_0197y3x0z0e9rt8v1k2m3n4p5q\n");
        Assert.Equal(["3 Invalid name", "4 NotFound customer_id"], (await ErrorsAsync(domains)).Select(error => $"{error.Line} {error.Code} {error.Column}"));
        await SteerAsync(domains, JobStep.Start);
        Assert.Equal(1, (await UntilAsync(domains, JobState.Done)).Done);

        Job aliases = await CreateAsync(JobKind.ImportAliases,
            "address,targets,forward\ninfo@one-import.example,a@x.example b@x.example,\n*@one-import.example,*@x.example,\nbad@one-import.example,bad@one-import.example,\nnone@one-import.example,x@x.example,true\n");
        await SteerAsync(aliases, JobStep.Start);
        Job done = await UntilAsync(aliases, JobState.Done);
        Assert.Equal((2, 2), (done.Done, done.Refused));
        Assert.Equal(["4 AliasLoop targets", "5 NotFound address"], (await ErrorsAsync(aliases)).Select(error => $"{error.Line} {error.Code} {error.Column}"));
    }

    [Fact]
    public async Task IsPausedResumedAndCancelled()
    {
        await PlantAsync("steer.example");
        Job job = await CreateAsync(JobKind.ImportMailboxes, "address\n" + string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"u{i}@steer.example")));
        Assert.Equal(ErrorCode.JobState, (await TrySteerAsync(job, JobStep.Pause)).Refusals.Single().Code);
        await SteerAsync(job, JobStep.Start);
        await SteerAsync(job, JobStep.Pause);
        // What was under way ends; then nothing moves.
        await TenancyHost.UntilAsync(() => Host.Get<JobSlices>().RunAsync(job.Id, TenancyHost.Soon()), isMore => !isMore);
        await UntilUnlockedAsync(job);
        Job paused = await FindAsync(job);
        Assert.Equal(JobState.Paused, paused.State);
        Assert.InRange(paused.Done, 0, 1999);
        Assert.False(await Host.Get<JobSlices>().RunAsync(job.Id, TenancyHost.Soon()));
        Assert.Equal(paused.Done, (await FindAsync(job)).Done);

        await SteerAsync(job, JobStep.Start);
        Assert.Equal(2000, (await UntilAsync(job, JobState.Done)).Done);
        Assert.Equal(["2000"], await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT count(*) FROM tenancy.mailbox WHERE address LIKE '%@steer.example'"));
        Assert.Equal(ErrorCode.JobState, (await TrySteerAsync(job, JobStep.Cancel)).Refusals.Single().Code);

        Job other = await CreateAsync(JobKind.ImportMailboxes, $"address;password_hash\nx@steer.example;{Hash}\n");
        await SteerAsync(other, JobStep.Cancel);
        Assert.Equal(ErrorCode.JobState, (await TrySteerAsync(other, JobStep.Start)).Refusals.Single().Code);
        Assert.Equal(["0"], await TenancyHost.RowsAsync(Host.ControlDatabase, $"SELECT count(*) FROM tenancy.import_row WHERE job_id = '{other.Id}' AND sealed IS NOT NULL"));
    }

    [Fact]
    public async Task TwoSlicesOfOneJobNeverRunAtOnceAndNothingIsDoneTwice()
    {
        await PlantAsync("twice.example");
        Job job = await CreateAsync(JobKind.ImportMailboxes, "address\n" + string.Join('\n', Enumerable.Range(0, 600).Select(i => $"u{i}@twice.example")));
        await SteerAsync(job, JobStep.Start);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Host.Get<JobSlices>().RunAsync(job.Id, TenancyHost.Soon())));
        Job done = await UntilAsync(job, JobState.Done);
        Assert.Equal((600, 0), (done.Done, done.Refused));
    }

    [Fact]
    public async Task AnotherProcessGoesOnWhereOneWasStopped()
    {
        await using var postgres = new PostgresFixture();
        string control = await postgres.CreateDatabaseAsync();
        Job job;
        await using (TenancyHost first = await TenancyHost.StartAsync(postgres, control))
        {
            await first.CreateDomainAsync(await first.CreateCustomerAsync("Stopped"), "stopped.example");
            job = TenancyHost.Accepted(await first.Get<CreateImportHandler>().HandleAsync(
                new CreateImport(JobKind.ImportMailboxes, "address\n" + string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"u{i}@stopped.example"))),
                first.Operator, TenancyHost.Soon()));
            TenancyHost.Accepted(await first.Get<SteerJobHandler>().HandleAsync(new SteerJob(job.Id, JobStep.Start), first.Operator, TenancyHost.Soon()));
            await TenancyHost.UntilAsync(() => first.Get<FleetLists>().Jobs.FindAsync(first.Operator, job.Id, TenancyHost.Soon()), found => found!.Done > 0);
        }

        await using TenancyHost second = await TenancyHost.StartAsync(postgres, control);
        Job done = (await TenancyHost.UntilAsync(
            () => second.Get<FleetLists>().Jobs.FindAsync(second.Operator, job.Id, TenancyHost.Soon()), found => found!.State == JobState.Done))!;
        Assert.Equal((5000, 0), (done.Done, done.Refused));
        Assert.Equal(["5000"], await TenancyHost.RowsAsync(control, "SELECT count(*) FROM tenancy.mailbox WHERE listed"));
    }

    [Fact]
    public async Task NobodyGainsByAnothersJobAndAJobDoesNotOutliveItsMaker()
    {
        Domain domain = await PlantAsync("rights.example");
        Domain foreign = await PlantAsync("foreign.example");
        PersonId id = TenancyHost.Accepted(await Host.Get<CreatePersonHandler>().HandleAsync(
            new CreatePerson(NodeId.Of(domain.Customer), Role.CustomerAdmin, "admin@rights.example", "Ann", null), Host.Operator, TenancyHost.Soon())).Person.Id;
        Actor ann = Actor.Of("admin@rights.example", Role.CustomerAdmin, SubtreePath.Root.Child(domain.Customer)) with { Person = id };
        var stranger = Actor.Of("x@foreign.example", Role.CustomerOwner, SubtreePath.Root.Child(foreign.Customer));
        var manager = Actor.Of("m@rights.example", Role.CustomerUserManager, SubtreePath.Root.Child(domain.Customer));

        Job job = TenancyHost.Accepted(await Host.Get<CreateImportHandler>().HandleAsync(
            new CreateImport(JobKind.ImportMailboxes, "address\na@rights.example\nb@foreign.example\n"), ann, TenancyHost.Soon()));
        Assert.Equal("3 NotFound address", (await ErrorsAsync(job)).Select(error => $"{error.Line} {error.Code} {error.Column}").Single());
        foreach (JobStep step in Enum.GetValues<JobStep>())
            Assert.Equal(ErrorCode.NotFound, (await Host.Get<SteerJobHandler>().HandleAsync(new SteerJob(job.Id, step), stranger, TenancyHost.Soon())).Refusals.Single().Code);
        Assert.Null(await Host.Get<FleetLists>().Jobs.FindAsync(stranger, job.Id, TenancyHost.Soon()));
        Assert.Equal(ErrorCode.Forbidden, (await Host.Get<SteerJobHandler>().HandleAsync(new SteerJob(job.Id, JobStep.Start), manager, TenancyHost.Soon())).Refusals.Single().Code);

        TenancyHost.Accepted(await Host.Get<RemovePersonHandler>().HandleAsync(new RemovePerson(id), Host.Operator, TenancyHost.Soon()));
        TenancyHost.Accepted(await Host.Get<SteerJobHandler>().HandleAsync(new SteerJob(job.Id, JobStep.Start), ann, TenancyHost.Soon())); // a request that was under way
        Job failed = await UntilAsync(job, JobState.Failed);
        Assert.Equal(0, failed.Done);
        Assert.NotNull(failed.Fault);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("address\n", "no rows")]
    [InlineData("mailbox\na@b.example\n", "address is not among them")]
    [InlineData("address,colour\na@b.example,red\n", "no column 'colour'")]
    [InlineData("address,address\na@b.example,b@b.example\n", "twice")]
    public async Task AFileThatIsNoneOfOursIsRefusedAsAWhole(string csv, string words)
    {
        Outcome<Job> outcome = await Host.Get<CreateImportHandler>().HandleAsync(new CreateImport(JobKind.ImportMailboxes, csv), Host.Operator, TenancyHost.Soon());
        Assert.Contains(words, outcome.Refusals.Single().Message, StringComparison.Ordinal);
        Assert.Equal("csv", outcome.Refusals.Single().Field);
    }

    [Fact]
    public void CellsThatASpreadsheetWouldRunAreWrittenSoThatItDoesNotAndReadBack()
    {
        foreach (string text in new[] { "=1+1", "-a@x.example", "+a", "@a", "plain", "'quoted", "" })
        {
            Assert.False(CsvText.Escape(text) is ['=' or '-' or '+' or '@', ..]);
            Assert.Equal(text, CsvText.Unescape(CsvText.Escape(text)));
        }
    }

    private async Task<Domain> PlantAsync(string name) => await Host.CreateDomainAsync(await Host.CreateCustomerAsync(name), name);

    private async Task<Job> CreateAsync(JobKind kind, string csv) =>
        TenancyHost.Accepted(await Host.Get<CreateImportHandler>().HandleAsync(new CreateImport(kind, csv), Host.Operator, TenancyHost.Soon()));

    private async Task SteerAsync(Job job, JobStep step) => TenancyHost.Accepted(await TrySteerAsync(job, step));

    private Task<Outcome<Job>> TrySteerAsync(Job job, JobStep step) =>
        Host.Get<SteerJobHandler>().HandleAsync(new SteerJob(job.Id, step), Host.Operator, TenancyHost.Soon());

    private async Task<Job> FindAsync(Job job) => (await Host.Get<FleetLists>().Jobs.FindAsync(Host.Operator, job.Id, TenancyHost.Soon()))!;

    private Task<Job> UntilAsync(Job job, JobState state) => TenancyHost.UntilAsync(() => FindAsync(job), found => found.State == state);

    private async Task UntilUnlockedAsync(Job job) => await TenancyHost.UntilAsync(
        () => TenancyHost.RowsAsync(Host.ControlDatabase, $"SELECT pg_try_advisory_xact_lock(hashtextextended('import:{job.Id}', 0))"), rows => rows[0] == "True");

    private Task<IReadOnlyList<JobError>> ErrorsAsync(Job job) => Host.Get<ImportJobTable>().ReadErrorsAsync(job.Id, 0, 100, TenancyHost.Soon());
}
