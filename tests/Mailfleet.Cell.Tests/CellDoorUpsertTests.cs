using Mailfleet.Cell.Door;
using Npgsql;

namespace Mailfleet.Cell.Tests;

public sealed class CellDoorUpsertTests(CellFixture cell) : IClassFixture<CellFixture>
{
    [Fact]
    public async Task AppliesAWholePageInOneCall()
    {
        DesiredBatch page = new(
            [new DesiredCustomer("cus_page", 3, CustomerState.Active)],
            [.. Enumerable.Range(0, 100).Select(i => new DesiredDomain($"dom_page{i}", 5, "cus_page", $"page{i}.test", DomainState.Active))],
            [.. Enumerable.Range(0, 900).Select(i => new DesiredMailbox($"mbx_page{i}", 7, $"dom_page{i % 100}", $"user{i}", 1000 + i, MailboxState.Active))]);

        IReadOnlyList<AppliedRow> applied = await UpsertAsync(page);

        Assert.Equal(1001, applied.Count);
        Assert.All(applied, row => Assert.Null(row.Refusal));
        Assert.All(applied, row => Assert.Equal(row.Id[..3] switch { "cus" => 3, "dom" => 5, _ => 7 }, row.Version));
        Assert.Equal(
            "page42.test|user842|1842|1",
            await cell.ScalarAsync<string>(
                """
                SELECT concat_ws('|', d.name, m.local_part, m.quota_bytes, m.state) FROM directory.mailbox m JOIN directory.domain d ON d.id = m.domain_id
                WHERE m.public_id = 'mbx_page842'
                """));
    }

    [Fact]
    public async Task OlderOrEqualVersionChangesNothingAndReportsWhatTheCellHolds()
    {
        DesiredDomain domain = await cell.AddDomainAsync("order");
        DesiredMailbox held = new("mbx_order", 5, domain.Id, "anna", 500, MailboxState.Active);
        await UpsertAsync(held);
        ulong changed = await ChangedAsync("mbx_order");

        Assert.Equal(new AppliedRow("mbx_order", 5, null), await UpsertAsync(held with { Version = 4, QuotaBytes = 400 }));
        Assert.Equal(new AppliedRow("mbx_order", 5, null), await UpsertAsync(held with { QuotaBytes = 501 }));
        Assert.Equal(500, await QuotaAsync("mbx_order"));
        Assert.Equal(changed, await ChangedAsync("mbx_order"));

        Assert.Equal(new AppliedRow("mbx_order", 6, null), await UpsertAsync(held with { Version = 6, QuotaBytes = 600 }));
        Assert.Equal(600, await QuotaAsync("mbx_order"));
        Assert.True(await ChangedAsync("mbx_order") > changed);
    }

    [Fact]
    public async Task CustomersAndDomainsMayHaveALimitOrNone()
    {
        DesiredCustomer customer = new("cus_room", 1, CustomerState.Active) { QuotaBytes = 5_000_000_000 };
        DesiredDomain domain = new("dom_room", 1, "cus_room", "room.test", DomainState.Active) { QuotaBytes = 0 };
        DesiredDomain free = new("dom_free", 1, "cus_room", "free.test", DomainState.Active);
        await UpsertAsync(new DesiredBatch([customer], [domain, free], []));
        Assert.Equal("5000000000|0|none", await LimitsAsync());

        await UpsertAsync(new DesiredBatch([customer with { Version = 2, QuotaBytes = null }], [free with { Version = 2, QuotaBytes = 7 }], []));
        Assert.Equal("none|0|7", await LimitsAsync());

        IReadOnlyList<AppliedRow> refused = await UpsertAsync(new DesiredBatch([customer with { Version = 3, QuotaBytes = -1 }], [domain with { Version = 3, QuotaBytes = -1 }], []));
        Assert.All(refused, row => Assert.Equal("A quota is not negative.", row.Refusal));
        Assert.Equal(3L, await cell.ScalarAsync<long>(
            "SELECT count(*) FROM mail.pool p WHERE (kind, owner_id) IN (SELECT 1, id FROM directory.customer WHERE public_id = 'cus_room' UNION SELECT 2, id FROM directory.domain WHERE public_id IN ('dom_room', 'dom_free'))"));

        async Task<string> LimitsAsync() => await cell.ScalarAsync<string>(
            """
            SELECT concat_ws('|', (SELECT coalesce(quota_bytes::text, 'none') FROM directory.customer WHERE public_id = 'cus_room'),
                (SELECT coalesce(quota_bytes::text, 'none') FROM directory.domain WHERE public_id = 'dom_room'),
                (SELECT coalesce(quota_bytes::text, 'none') FROM directory.domain WHERE public_id = 'dom_free'))
            """);
    }

    [Fact]
    public async Task CustomersLanguageIsEnglishUntilAnotherIsSetAndOneThatIsUnknownIsRefused()
    {
        DesiredCustomer customer = new("cus_language", 1, CustomerState.Active);
        await UpsertAsync(new DesiredBatch([customer], [], []));
        Assert.Equal("en", await cell.ScalarAsync<string>("SELECT language FROM directory.customer WHERE public_id = 'cus_language'"));
        await UpsertAsync(new DesiredBatch([customer with { Version = 2, Language = "zh" }], [], []));
        Assert.Contains("'xx'", Assert.Single(await UpsertAsync(new DesiredBatch([customer with { Version = 3, Language = "xx" }], [], []))).Refusal, StringComparison.Ordinal);
        Assert.Equal("zh", await cell.ScalarAsync<string>("SELECT language FROM directory.customer WHERE public_id = 'cus_language'"));
    }

    [Fact]
    public async Task OlderCustomerAndDomainChangeNothing()
    {
        DesiredCustomer customer = new("cus_back", 4, CustomerState.Active);
        DesiredDomain domain = new("dom_back", 4, "cus_back", "back.test", DomainState.Active);
        await UpsertAsync(new DesiredBatch([customer], [domain], []));

        IReadOnlyList<AppliedRow> applied = await UpsertAsync(
            new DesiredBatch([customer with { Version = 3 }], [domain with { Version = 3, State = DomainState.Released }], []));

        Assert.Equal([new AppliedRow("cus_back", 4, null), new AppliedRow("dom_back", 4, null)], applied);
        Assert.Equal((short)DomainState.Active, await cell.ScalarAsync<short>("SELECT state FROM directory.domain WHERE public_id = 'dom_back'"));
    }

    [Fact]
    public async Task OfTwoRowsWithOneIdTheNewerCounts()
    {
        DesiredDomain domain = await cell.AddDomainAsync("twice");
        DesiredMailbox newer = new("mbx_twice", 2, domain.Id, "anna", 2, MailboxState.Active);

        IReadOnlyList<AppliedRow> applied = await UpsertAsync(new DesiredBatch([], [], [newer, newer with { Version = 1, QuotaBytes = 1 }]));

        Assert.Equal([new AppliedRow("mbx_twice", 2, null)], applied);
        Assert.Equal(2, await QuotaAsync("mbx_twice"));
    }

    [Fact]
    public async Task RefusedRowDoesNotStopTheOthers()
    {
        DesiredDomain domain = await cell.AddDomainAsync("refuse");
        await UpsertAsync(new DesiredMailbox("mbx_holder", 1, domain.Id, "taken", 1, MailboxState.Active));
        List<DesiredMailbox> rows = [.. Enumerable.Range(0, 500).Select(i => new DesiredMailbox($"mbx_r{i}", 1, domain.Id, $"r{i}", 1, MailboxState.Active))];
        rows[100] = rows[100] with { LocalPart = "taken" };
        rows[200] = rows[200] with { DomainId = "dom_nowhere" };
        rows[300] = rows[300] with { LocalPart = "r301" };
        rows[400] = rows[400] with { QuotaBytes = -1 };
        rows[401] = rows[401] with { LocalPart = "nul\0" };
        rows[402] = rows[402] with { State = (MailboxState)77 };

        Dictionary<string, AppliedRow> applied = (await UpsertAsync(new DesiredBatch([], [], rows))).ToDictionary(row => row.Id);

        Assert.Equal(500, applied.Count);
        Assert.Contains("local part taken", applied["mbx_r100"].Refusal!, StringComparison.Ordinal);
        Assert.Contains("dom_nowhere", applied["mbx_r200"].Refusal!, StringComparison.Ordinal);
        Assert.Contains("r301", applied["mbx_r301"].Refusal!, StringComparison.Ordinal); // mbx_r300 came first
        Assert.Contains("quota", applied["mbx_r400"].Refusal!, StringComparison.Ordinal);
        Assert.Contains("control", applied["mbx_r401"].Refusal!, StringComparison.Ordinal);
        Assert.Contains("77", applied["mbx_r402"].Refusal!, StringComparison.Ordinal);
        Assert.Equal(6, applied.Values.Count(row => row.Refusal is not null));
        Assert.All(applied.Values, row => Assert.Equal(row.Refusal is null ? 1 : 0, row.Version));
        Assert.Equal(494, await cell.ScalarAsync<long>("SELECT count(*) FROM directory.mailbox WHERE public_id LIKE 'mbx\\_r%'"));
    }

    [Fact]
    public async Task RefusedChangeReportsTheVersionHeld()
    {
        DesiredDomain domain = await cell.AddDomainAsync("rename");
        DesiredMailbox anna = new("mbx_anna", 1, domain.Id, "anna", 1, MailboxState.Active);
        await UpsertAsync(anna);
        await UpsertAsync(new DesiredMailbox("mbx_bea", 1, domain.Id, "bea", 1, MailboxState.Active));

        AppliedRow refused = await UpsertAsync(anna with { Version = 2, LocalPart = "bea" });

        Assert.Equal(1, refused.Version);
        Assert.NotNull(refused.Refusal);
    }

    [Fact]
    public async Task ActiveDomainNameBelongsToOneDomain()
    {
        DesiredDomain first = await cell.AddDomainAsync("claim");
        DesiredDomain second = new("dom_claim2", 1, first.CustomerId, first.Name, DomainState.Pending);

        Assert.Null((await UpsertAsync(second)).Refusal); // a claim may wait
        AppliedRow early = await UpsertAsync(second with { Version = 2, State = DomainState.Active });
        Assert.Contains(first.Name, early.Refusal!, StringComparison.Ordinal);

        // The taker stands before the giver in the page.
        IReadOnlyList<AppliedRow> moved = await UpsertAsync(new DesiredBatch(
            [], [second with { Version = 2, State = DomainState.Active }, first with { Version = 2, State = DomainState.Released }], []));
        Assert.All(moved, row => Assert.Equal((2, null), (row.Version, row.Refusal)));
    }

    [Fact]
    public async Task AddressOfADeletedMailboxCanBeTakenInTheSamePage()
    {
        DesiredDomain domain = await cell.AddDomainAsync("again");
        DesiredMailbox old = new("mbx_old", 1, domain.Id, "anna", 1, MailboxState.Active);
        await UpsertAsync(old);

        IReadOnlyList<AppliedRow> applied = await UpsertAsync(new DesiredBatch(
            [], [], [old with { Id = "mbx_new" }, old with { Version = 2, State = MailboxState.Deleted }]));

        Assert.All(applied, row => Assert.Null(row.Refusal));
        Assert.Contains("anna", (await UpsertAsync(old with { Version = 3 })).Refusal!, StringComparison.Ordinal); // no way back
    }

    [Fact]
    public async Task PageThatRacesForANameWaitsAndIsRefused()
    {
        DesiredDomain domain = await cell.AddDomainAsync("race");
        await using NpgsqlConnection rival = await cell.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction page = await rival.BeginTransactionAsync();
        await using NpgsqlCommand take = new(
            $"""
            SELECT pg_advisory_xact_lock({DoorCall.DoorLock});
            INSERT INTO directory.mailbox (public_id, version, domain_id, local_part, quota_bytes, state)
            SELECT 'mbx_first', 1, id, 'prize', 1, 1 FROM directory.domain WHERE public_id = '{domain.Id}'
            """,
            rival);
        await take.ExecuteNonQueryAsync();

        Task<AppliedRow> second = UpsertAsync(new DesiredMailbox("mbx_second", 1, domain.Id, "prize", 1, MailboxState.Active));
        while (!second.IsCompleted && await cell.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'mailfleet_door' AND wait_event_type = 'Lock'") == 0)
            await Task.Yield();
        Assert.False(second.IsCompleted);

        await page.CommitAsync();
        Assert.Contains("prize", (await second).Refusal!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPPER.test")]
    [InlineData("final.test.")]
    [InlineData("dots..test")]
    [InlineData("münchen.test")]
    [InlineData("")]
    public async Task RefusesADomainNameThatIsNotCanonical(string name)
    {
        await cell.AddDomainAsync("names");
        Assert.NotNull((await UpsertAsync(new DesiredDomain("dom_odd", 1, "cus_names", name, DomainState.Active))).Refusal);
    }

    [Fact]
    public async Task EmptyPageIsNoWork() => Assert.Empty(await UpsertAsync(new DesiredBatch([], [], [])));

    private Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch) => cell.Door.UpsertAsync(batch, CancellationToken.None);

    private async Task<AppliedRow> UpsertAsync(DesiredDomain row) => Assert.Single(await UpsertAsync(new DesiredBatch([], [row], [])));

    private async Task<AppliedRow> UpsertAsync(DesiredMailbox row) => Assert.Single(await UpsertAsync(new DesiredBatch([], [], [row])));

    private Task<long> QuotaAsync(string id) => cell.ScalarAsync<long>("SELECT quota_bytes FROM directory.mailbox WHERE public_id = $1", id);

    private async Task<ulong> ChangedAsync(string id) =>
        ulong.Parse(await cell.ScalarAsync<string>("SELECT changed_xid::text FROM directory.mailbox WHERE public_id = $1", id), System.Globalization.CultureInfo.InvariantCulture);
}
