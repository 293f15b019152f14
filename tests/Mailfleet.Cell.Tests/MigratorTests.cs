using Mailfleet.Cell.Migrations;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Cell.Tests;

public sealed class MigratorTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private NpgsqlDataSource _owner = null!;

    public async ValueTask InitializeAsync() => _owner = NpgsqlDataSource.Create(await _postgres.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task SecondRunDoesNothing()
    {
        await CellDatabase.MigrateAsync(_owner, CancellationToken.None);
        DateTime first = await ScalarAsync<DateTime>("SELECT max(applied_at) FROM cell.migration");
        await CellDatabase.MigrateAsync(_owner, CancellationToken.None);

        Assert.Equal(first, await ScalarAsync<DateTime>("SELECT max(applied_at) FROM cell.migration"));
        Assert.Equal(Migration.Embedded().Count, await ScalarAsync<long>("SELECT count(*) FROM cell.migration"));
    }

    [Fact]
    public async Task NodesThatStartTogetherMigrateOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CellDatabase.MigrateAsync(_owner, CancellationToken.None)));
        Assert.Equal(Migration.Embedded().Count, await ScalarAsync<long>("SELECT count(*) FROM cell.migration"));
    }

    [Fact]
    public async Task FailedStepLeavesTheEarlierOnesAndNothingOfItself()
    {
        Migration good = new("0001_good.sql", "CREATE TABLE good (id int)");
        Migration bad = new("0002_bad.sql", "CREATE TABLE half (id int); SELECT 1 / 0");

        await Assert.ThrowsAsync<PostgresException>(() => new Migrator(_owner, [good, bad], 1).RunAsync(CancellationToken.None));

        Assert.Equal("0001_good.sql", await ScalarAsync<string>("SELECT string_agg(name, ',') FROM cell.migration"));
        Assert.True(await ScalarAsync<bool>("SELECT to_regclass('half') IS NULL AND to_regclass('good') IS NOT NULL"));

        await new Migrator(_owner, [good, bad with { Sql = "CREATE TABLE whole (id int)" }], 1).RunAsync(CancellationToken.None);
        Assert.True(await ScalarAsync<bool>("SELECT to_regclass('whole') IS NOT NULL"));
    }

    [Fact]
    public async Task FailureGivesTheLockBack()
    {
        Migration bad = new("0001_bad.sql", "SELECT 1 / 0");
        await Assert.ThrowsAsync<PostgresException>(() => new Migrator(_owner, [bad], 1).RunAsync(CancellationToken.None));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = _owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
