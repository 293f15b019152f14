using Mailfleet.Api.GraphQL;
using Mailfleet.Api.Ops;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Rest;
using Mailfleet.Hosting;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api;

/// <summary>Builds the control plane's host: the same for standalone, for a host of its own, and for tests.</summary>
public static class ApiHost
{
    public static WebApplication Build(ApiOptions options, TimeProvider clock, Action<ILoggingBuilder> logging)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ApiHost).Assembly.GetName().Name });
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls([.. options.Listen]);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(clock);
        builder.Services.AddTenancy(new TenancyOptions
        {
            ControlDatabase = options.ControlDatabase,
            CellDoors = options.CellDoors,
            HostName = options.HostName,
            KeyDirectory = options.KeyDirectory,
            DnsServers = options.DnsServers,
            WebhooksAllowPrivate = options.WebhooksAllowPrivate,
        });
        builder.Services.AddGraphQLApi();
        builder.Services.AddRestApi();
        builder.Services.AddPortal();
        builder.Services.AddFleetAuthorization();
        builder.Services.AddJobDashboard(options);
        builder.Services.AddHealthPages();
        builder.Services.AddHealthChecks().AddCheck<ControlHealth>("control", tags: [HealthPages.Ready]);

        WebApplication app = builder.Build();
        app.UsePortal();
        app.MapJobDashboard();
        app.MapGraphQLApi();
        app.MapRestApi();
        app.MapPortal();
        app.MapHealthPages();
        return app;
    }

    /// <summary>Puts new settings in force, as far as they can change while it runs: the resolvers for domain proofs.</summary>
    /// <exception cref="StartException">One of them is no address; all stays as it was.</exception>
    public static void Reload(WebApplication app, ApiOptions options)
    {
        try
        {
            app.Services.ReloadResolvers(options.DnsServers);
        }
        catch (FormatException problem)
        {
            throw new StartException($"dns.servers: {problem.Message}", problem);
        }
    }
}
