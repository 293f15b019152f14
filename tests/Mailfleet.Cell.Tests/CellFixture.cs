using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Cell.Tests;

/// <summary>One migrated cell for a test class; tests keep apart by ids and names.</summary>
public sealed class CellFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();

    public NpgsqlDataSource Owner { get; private set; } = null!;

    public NpgsqlDataSource DoorSource { get; private set; } = null!;

    public CellDoor Door { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        string connection = await _postgres.CreateDatabaseAsync();
        Owner = NpgsqlDataSource.Create(connection);
        DoorSource = NpgsqlDataSource.Create(PostgresFixture.AsDoor(connection));
        Door = new CellDoor(DoorSource);
        await CellDatabase.MigrateAsync(Owner, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await DoorSource.DisposeAsync();
        await Owner.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using NpgsqlCommand command = Owner.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A customer with one active domain, in the cell.</summary>
    public async Task<DesiredDomain> AddDomainAsync(string key)
    {
        DesiredCustomer customer = new($"cus_{key}", 1, CustomerState.Active);
        DesiredDomain domain = new($"dom_{key}", 1, customer.Id, $"{key}.test", DomainState.Active);
        IReadOnlyList<AppliedRow> applied = await Door.UpsertAsync(new DesiredBatch([customer], [domain], []), CancellationToken.None);
        Assert.All(applied, row => Assert.Null(row.Refusal));
        return domain;
    }
}
