using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task HostsMayStartTogetherOnAnEmptyDatabaseAndAgainOnAFullOne()
    {
        await using var postgres = new PostgresFixture();
        string control = await postgres.CreateDatabaseAsync();
        TenancyHost[] hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TenancyHost.StartAsync(postgres, control)));
        foreach (TenancyHost host in hosts)
            await host.DisposeAsync();

        await using TenancyHost later = await TenancyHost.StartAsync(postgres, control);
        Assert.Equal(["Operator|"], await TenancyHost.RowsAsync(control, "SELECT name, parent_id FROM tenancy.reseller"));
        Assert.Equal(["1"], await TenancyHost.RowsAsync(control, "SELECT count(*) FROM marten.mt_events"));
    }

    [Fact]
    public async Task AHostThatMayNotCreateTablesSaysWhatIsMissing()
    {
        await using var postgres = new PostgresFixture();
        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() => TenancyHost.StartAsync(postgres, createSchema: false));
        Assert.Contains("mt_events", fault.Message);
    }

    [Fact]
    public async Task AHostThatMayNotCreateTablesStartsOnAPreparedDatabase()
    {
        await using var postgres = new PostgresFixture();
        string control = await postgres.CreateDatabaseAsync();
        await using (await TenancyHost.StartAsync(postgres, control))
        {
        }

        await TenancyHost.RowsAsync(control, "DELETE FROM tenancy.marten_schema"); // so that it has to look
        await using TenancyHost host = await TenancyHost.StartAsync(postgres, control, createSchema: false);
        Assert.NotNull(await host.Get<FleetTree>().FindAsync(Tenancy.Contracts.ResellerId.Root, host.Operator, TenancyHost.Soon()));
    }
}
