using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests.People;

/// <summary>Tenancy with a customer and the means to give it people.</summary>
public sealed class PeopleFixture : IAsyncLifetime
{
    public const string Password = "correct horse";

    private readonly PostgresFixture _postgres = new();
    private TenancyHost? _host;
    private int _names;

    internal TenancyHost Host => _host!;

    public Customer Customer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await TenancyHost.StartAsync(_postgres);
        Customer = await _host.CreateCustomerAsync();
    }

    public string NewLogin() => $"n{Interlocked.Increment(ref _names)}@people.example";

    public async Task<PersonRow> CreateAsync(Role role = Role.CustomerOwner, string? login = null, string? password = Password, NodeId? node = null) =>
        TenancyHost.Accepted(await Host.Get<CreatePersonHandler>().HandleAsync(
            new CreatePerson(node ?? NodeId.Of(Customer.Id), role, login ?? NewLogin(), "Ann", password), Host.Operator, TenancyHost.Soon())).Person;

    public Task<LogInResult> LogInAsync(string login, string password = Password, string? network = "192.0.2.1") =>
        Host.Get<LogInHandler>().HandleAsync(new LogIn(login, password, ClientAt(network)), TenancyHost.Soon());

    public async Task<string> TokenAsync(string login, string password = Password, string? network = "192.0.2.1") =>
        Assert.IsType<LogInResult.Opened>(await LogInAsync(login, password, network)).Token;

    public Task<SignedIn?> FindAsync(string token) => Host.Get<FleetPeople>().FindBySessionAsync(token, Host.Clock.GetUtcNow(), TenancyHost.Soon());

    public static ClientInfo ClientAt(string? network) => new(network ?? "127.0.0.1", network, "test");

    public Task<string[]> RowsAsync(string sql) => TenancyHost.RowsAsync(Host.ControlDatabase, sql);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}
