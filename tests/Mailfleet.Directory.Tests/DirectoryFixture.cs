using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Directory.Tests;

/// <summary>One migrated cell for a test class; tests keep apart by domain.</summary>
public sealed class DirectoryFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private NpgsqlDataSource _door = null!;

    public NpgsqlDataSource Cell { get; private set; } = null!;

    public CellDoor Door { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        string connection = await _postgres.CreateDatabaseAsync();
        Cell = NpgsqlDataSource.Create(connection);
        _door = NpgsqlDataSource.Create(PostgresFixture.AsDoor(connection));
        Door = new CellDoor(_door);
        await CellDatabase.MigrateAsync(Cell, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await Cell.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>The mailbox <c>anna@{key}.test</c> with the given password, or without one.</summary>
    public async Task<DesiredMailbox> AddAnnaAsync(string key, string? hash = null, DomainState state = DomainState.Active)
    {
        DesiredCustomer customer = new($"cus_{key}", 1, CustomerState.Active);
        DesiredDomain domain = new($"dom_{key}", 1, customer.Id, $"{key}.test", state);
        DesiredMailbox mailbox = new($"mbx_{key}", 1, domain.Id, "anna", 1000, MailboxState.Active);
        await UpsertAsync(new DesiredBatch([customer], [domain], [mailbox]));
        if (hash is not null)
            await SetPasswordAsync(mailbox.Id, 1, hash);
        return mailbox;
    }

    public async Task UpsertAsync(DesiredBatch batch) =>
        Assert.All(await Door.UpsertAsync(batch, CancellationToken.None), row => Assert.Null(row.Refusal));

    public Task UpsertAsync(DesiredMailbox mailbox) => UpsertAsync(new DesiredBatch([], [], [mailbox]));

    public Task UpsertAsync(DesiredAlias alias) => UpsertAsync(new DesiredBatch([], [], []) { Aliases = [alias] });

    public async Task SetPasswordAsync(string mailboxId, long version, string hash) =>
        Assert.All(
            await Door.SetPasswordsAsync([new SetPasswordCommand(mailboxId, version, hash)], CancellationToken.None),
            row => Assert.Equal(new AppliedRow(mailboxId, version, null), row));
}
