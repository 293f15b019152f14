using System.Text;
using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class ProvisioningTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task BringsAMailboxWithItsPasswordIntoTheCell()
    {
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres);
        (Customer customer, Domain domain, Mailbox mailbox) = await CreateAsync(host);
        await host.WaitUntilAppliedAsync(customer.Id.Value, domain.Id.Value, mailbox.Id.Value);

        string[] rows = await TenancyHost.RowsAsync(
            host.CellDatabase,
            """
            SELECT d.name, d.state, m.local_part, m.quota_bytes, m.state, c.command_version
            FROM directory.mailbox m JOIN directory.domain d ON d.id = m.domain_id JOIN directory.credential c ON c.mailbox_id = m.id
            """);
        Assert.Equal(["example.com|1|alice|10737418240|1|2"], rows);
        string hash = Assert.Single(await TenancyHost.RowsAsync(host.CellDatabase, "SELECT password_hash FROM directory.credential"));
        Assert.True(PasswordHash.Verify("correct horse", hash));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.sealed_command"));
    }

    [Fact]
    public async Task AHashStandsNowhereInTheControlDatabaseInTheClear()
    {
        var cell = new FakeCell { IsAway = true };
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        (_, _, Mailbox mailbox) = await CreateAsync(host);

        string[] waiting = await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT object_id, encode(sealed, 'escape') FROM tenancy.sealed_command");
        Assert.StartsWith(mailbox.Id.Value, Assert.Single(waiting), StringComparison.Ordinal);
        string[] events = await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT e::text FROM marten.mt_events e");
        string[] everything = [.. waiting, .. events, .. await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT p::text FROM tenancy.provisioning p")];
        Assert.Contains(events, row => row.Contains("mailbox_password_set", StringComparison.Ordinal) && row.Contains("operator token", StringComparison.Ordinal));
        Assert.All(everything, row => Assert.DoesNotContain("argon2", row));
    }

    [Fact]
    public async Task ACellThatWasAwayCatchesUpAndIsNotFlooded()
    {
        var cell = new FakeCell { IsAway = true };
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        (_, _, Mailbox mailbox) = await CreateAsync(host);
        await UntilAsync(() => cell.Knocks >= 1);
        for (int i = 0; i < 5; i++)
            await host.CreateCustomerAsync($"Customer {i}"); // commits do not wake a pump that backs off
        Assert.Equal(1, cell.Knocks);

        cell.IsAway = false;
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await host.WaitUntilAppliedAsync(mailbox.Id.Value);
        SetPasswordCommand sent = Assert.Single(cell.Passwords);
        Assert.True(PasswordHash.Verify("correct horse", sent.Hash));
    }

    [Fact]
    public async Task ARefusalIsShownAndTriedAgain()
    {
        var cell = new FakeCell();
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        Customer customer = await host.CreateCustomerAsync();
        Domain domain = await host.CreateDomainAsync(customer, "example.com");
        await host.WaitUntilAppliedAsync(domain.Id.Value);
        Mailbox blocked = await CreateRefusedMailboxAsync(host, cell, domain);

        MailboxRow row = await UntilAsync(async () => await FindAsync(host, blocked), found => found.Provisioning.State == ProvisioningState.Failed);
        Assert.Equal("No room.", row.Provisioning.Refusal);
        Assert.Equal(2, row.Provisioning.Version);
        Assert.Empty(cell.Passwords);
        Assert.Equal(["1"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.sealed_command"));

        cell.PasswordRefusals.Clear();
        cell.Refusals.Clear();
        await UntilAsync(async () =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(61));
            return await FindAsync(host, blocked);
        }, found => found.Provisioning.State == ProvisioningState.Applied);
        Assert.Single(cell.Passwords);
    }

    [Fact]
    public async Task ARefusedPasswordMakesTheMailboxFail()
    {
        var cell = new FakeCell();
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        (_, _, Mailbox mailbox) = await CreateAsync(host);
        await host.WaitUntilAppliedAsync(mailbox.Id.Value);
        cell.PasswordRefusals[mailbox.Id.Value] = "Not today.";
        await SetPasswordAsync(host, mailbox, "another horse");

        MailboxRow row = await UntilAsync(async () => await FindAsync(host, mailbox), found => found.Provisioning.State == ProvisioningState.Failed);
        Assert.Equal("Not today.", row.Provisioning.Refusal);
        cell.PasswordRefusals.Clear();
        await SetPasswordAsync(host, mailbox, "a third horse"); // a newer version does not wait for the retry
        await host.WaitUntilAppliedAsync(mailbox.Id.Value);
        Assert.True(PasswordHash.Verify("a third horse", cell.Passwords.Last().Hash));
        Assert.Equal(4, cell.Passwords.Last().Version);
    }

    [Fact]
    public async Task OnlyTheNewestPasswordGoesToACellThatWasAway()
    {
        var cell = new FakeCell();
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        (_, _, Mailbox mailbox) = await CreateAsync(host);
        await host.WaitUntilAppliedAsync(mailbox.Id.Value);
        cell.Passwords.Clear();
        cell.IsAway = true;
        await SetPasswordAsync(host, mailbox, "second horse");
        await SetPasswordAsync(host, mailbox, "third horse");
        cell.IsAway = false;
        await UntilAsync(async () =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(31));
            return await FindAsync(host, mailbox);
        }, found => found.Provisioning.State == ProvisioningState.Applied);

        SetPasswordCommand sent = Assert.Single(cell.Passwords);
        Assert.Equal(4, sent.Version);
        Assert.True(PasswordHash.Verify("third horse", sent.Hash));
    }

    [Fact]
    public async Task AnAddressIsFreeAgainAfterItsMailboxIsDeleted()
    {
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres);
        (_, Domain domain, Mailbox first) = await CreateAsync(host);
        TenancyHost.Accepted(await host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(first.Customer, first.Id), host.Operator, TenancyHost.Soon()));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1)); // ids sort by the millisecond
        Mailbox second = await host.CreateMailboxAsync(domain, "alice");
        await host.WaitUntilAppliedAsync(first.Id.Value, second.Id.Value);

        Assert.Equal(
            [$"{first.Id}|9", $"{second.Id}|1"],
            await TenancyHost.RowsAsync(host.CellDatabase, "SELECT public_id, state FROM directory.mailbox ORDER BY public_id COLLATE \"C\""));
    }

    [Fact]
    public async Task MoreThanOnePageIsAppliedAtOnce()
    {
        var cell = new FakeCell { IsAway = true };
        await using TenancyHost host = await TenancyHost.StartAsync(_postgres, link: cell);
        Customer customer = await host.CreateCustomerAsync();
        await UntilAsync(() => cell.Knocks >= 1);
        // Far more than a page, made by one statement: the pump reads only the table.
        await TenancyHost.RowsAsync(
            host.ControlDatabase,
            $$"""
            INSERT INTO tenancy.provisioning (object_id, kind, cell, version, row, changed_at)
            SELECT 'dom_' || n, 2, 'cell1', 1, jsonb_build_object('id', 'dom_' || n, 'customerId', '{{customer.Id}}', 'name', n || '.example', 'state', 0), now()
            FROM generate_series(1, 1200) n
            """);
        cell.IsAway = false;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(async () => (await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.provisioning WHERE applied_version < version"))[0], left => left == "0");

        Assert.Equal([500, 500, 201], cell.Batches.Select(batch => batch.Customers.Count + batch.Domains.Count));
        Assert.Equal(Enumerable.Range(1, 1200).Select(n => $"{n}.example"), cell.Batches.SelectMany(batch => batch.Domains).Select(domain => domain.Name));
    }

    private static async Task<(Customer Customer, Domain Domain, Mailbox Mailbox)> CreateAsync(TenancyHost host)
    {
        Customer customer = await host.CreateCustomerAsync();
        Domain domain = await host.CreateDomainAsync(customer, "example.com");
        return (customer, domain, await host.CreateMailboxAsync(domain, "Alice"));
    }

    // The id is not known before the commit, and the pump is awake at once: refuse every mailbox while it is made.
    private static async Task<Mailbox> CreateRefusedMailboxAsync(TenancyHost host, FakeCell cell, Domain domain)
    {
        cell.IsAway = true;
        Mailbox mailbox = await host.CreateMailboxAsync(domain, "blocked");
        cell.Refusals[mailbox.Id.Value] = "No room.";
        cell.IsAway = false;
        await UntilAsync(async () =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(2));
            return await FindAsync(host, mailbox);
        }, found => found.Provisioning.State != ProvisioningState.Pending);
        return mailbox;
    }

    private static async Task SetPasswordAsync(TenancyHost host, Mailbox mailbox, string password) => TenancyHost.Accepted(
        await host.Get<SetMailboxPasswordHandler>().HandleAsync(new SetMailboxPassword(mailbox.Customer, mailbox.Id, password), host.Operator, TenancyHost.Soon()));

    private static async Task<MailboxRow> FindAsync(TenancyHost host, Mailbox mailbox) =>
        (await host.Get<FleetLists>().Mailboxes.FindAsync(host.Operator, mailbox.Id, TenancyHost.Soon()))!;

    private static Task<bool> UntilAsync(Func<bool> isSo) => TenancyHost.UntilAsync(() => Task.FromResult(isSo()), value => value);

    private static Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isSo) => TenancyHost.UntilAsync(read, isSo);
}
