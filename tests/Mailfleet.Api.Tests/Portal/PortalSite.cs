using Mailfleet.Api.Ops;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.SignUps;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>The portal on a real Kestrel with a real control database, in front of fake sign-ups.</summary>
internal sealed class PortalSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PortalSite(WebApplication app, FakeSignUps signUps) => (_app, SignUps, Address) = (app, signUps, new Uri(app.Urls.Single()));

    public FakeSignUps SignUps { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<PortalSite> StartAsync(
        string controlDatabase, string keyDirectory, string listen = "http://127.0.0.1:0", ClientSettings? clients = null, Action<WebApplication>? map = null)
    {
        ApiOptions options = new()
        {
            ControlDatabase = controlDatabase,
            CellDoors = new Dictionary<string, string>(),
            HostName = "mailfleet.test",
            PublicOrigin = new Uri("https://portal.example"),
            Listen = [listen],
            KeyDirectory = keyDirectory,
            OperatorTokenSha256 = string.Empty,
            Clients = clients ?? new ClientSettings("mailfleet.test", 2587, 2465, 2110, 2995, null, null),
        };
        FakeSignUps signUps = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(listen);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISignUps>(signUps);
        builder.Services.AddSingleton(_ => SealingKeys.Load(keyDirectory));
        builder.Services.AddPortal();
        builder.Services.AddHealthPages();
        WebApplication app = builder.Build();
        app.UsePortal();
        app.MapPortal();
        app.MapHealthPages();
        map?.Invoke(app);
        await app.StartAsync();
        return new PortalSite(app, signUps);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
