using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Mailfleet.Tenancy.Tests;

/// <summary>Tenancy as a host runs it, on databases of its own.</summary>
internal sealed class TenancyHost : IAsyncDisposable
{
    public const string HostName = "mailfleet.test";

    private readonly IHost _host;

    private TenancyHost(IHost host, string control, string cell, FakeTimeProvider clock, FakeProofResolver dns, FakeDnsRecords records) =>
        (_host, ControlDatabase, CellDatabase, Clock, Dns, Records) = (host, control, cell, clock, dns, records);

    public FakeDnsRecords Records { get; }

    public string ControlDatabase { get; }

    /// <summary>As the superuser, to look into.</summary>
    public string CellDatabase { get; }

    public FakeTimeProvider Clock { get; }

    public FakeProofResolver Dns { get; }

    public Actor Operator { get; } = Actor.Operator("operator token");

    public static async Task<TenancyHost> StartAsync(
        PostgresFixture postgres, string? control = null, ICellLink? link = null, bool createSchema = true)
    {
        control ??= await postgres.CreateDatabaseAsync();
        string cell = await postgres.CreateDatabaseAsync();
        await using (NpgsqlDataSource owner = NpgsqlDataSource.Create(cell))
            await Cell.CellDatabase.MigrateAsync(owner, CancellationToken.None);

        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var dns = new FakeProofResolver();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IProofResolver>(dns);
        var records = new FakeDnsRecords();
        builder.Services.AddSingleton<Domains.Checks.IDnsRecords>(records);
        if (link is not null)
            builder.Services.AddSingleton(new CellLinks(new Dictionary<string, ICellLink> { ["cell1"] = link }, []));
        builder.Services.AddTenancy(new TenancyOptions
        {
            ControlDatabase = control,
            CellDoors = new Dictionary<string, string> { ["cell1"] = PostgresFixture.AsDoor(cell) },
            HostName = HostName,
            KeyDirectory = KeyDirectory(control),
            CreateSchema = createSchema,
        });
        IHost host = builder.Build();
        await host.StartAsync();
        return new TenancyHost(host, control, cell, clock, dns, records);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<Customer> CreateCustomerAsync(string name = "Acme") =>
        Accepted(await Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer(name, null), Operator, Soon()));

    public async Task<Domain> CreateDomainAsync(Customer customer, string name) =>
        Accepted(await Get<CreateDomainHandler>().HandleAsync(new CreateDomain(customer.Id, name), Operator, Soon()));

    public async Task<Mailbox> CreateMailboxAsync(Domain domain, string localPart, string password = "correct horse") =>
        Accepted(await Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(domain.Customer, domain.Id, localPart, password, null), Operator, Soon()));

    public Task WaitUntilAppliedAsync(params string[] ids) => Get<ProvisioningProgress>().WaitUntilAppliedAsync(ids, Soon());

    /// <summary>All rows of a query as text, one string a row.</summary>
    public static async Task<string[]> RowsAsync(string database, string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        return [.. rows];
    }

    public static T Accepted<T>(Outcome<T> outcome) where T : class
    {
        Assert.Empty(outcome.Refusals);
        return outcome.Value!;
    }

    /// <summary>A bound for waits that should end at once; wide, because the machine may be busy.</summary>
    public static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isSo)
    {
        CancellationToken soon = Soon();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            T value = await read();
            if (isSo(value))
                return value;
            await timer.WaitForNextTickAsync(soon);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    // Two hosts on one control database share their keys.
    private static string KeyDirectory(string control) =>
        Path.Combine(Path.GetTempPath(), "mailfleet-tests", new NpgsqlConnectionStringBuilder(control).Database!);
}

/// <summary>Names whose TXT record shows the right value; all others do not.</summary>
internal sealed class FakeProofResolver : IProofResolver
{
    public HashSet<string> Published { get; } = [];

    public Task<bool> IsProvenAsync(string name, string value, CancellationToken cancellationToken) => Task.FromResult(Published.Contains(value));
}
