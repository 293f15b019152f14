using Mailfleet.Testing;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>One control database and key directory for the tests of a class; each test starts the sites it needs.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("mailfleet-keys-");

    public string ControlDatabase { get; private set; } = string.Empty;

    public string KeyDirectory => _keys.FullName;

    public async ValueTask InitializeAsync() => ControlDatabase = await _postgres.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    internal Task<PortalSite> StartAsync(ClientSettings? clients = null, Action<Microsoft.AspNetCore.Builder.WebApplication>? map = null) =>
        PortalSite.StartAsync(ControlDatabase, KeyDirectory, clients: clients, map: map);
}
