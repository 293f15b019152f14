using Hangfire;
using Hangfire.Dashboard;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Ops;

/// <summary>Hangfire's workers and its page at <c>/ops/jobs</c>: seen by those who read the fleet, used by those who operate it. No filter that trusts loopback.</summary>
internal static class JobDashboard
{
    public const string Path = "/ops/jobs";

    // Its charts and bars carry styles of their own; scripts are files.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const int Workers = 2; // turns wait for databases; more would only wait together

    public static IServiceCollection AddJobDashboard(this IServiceCollection services, ApiOptions options)
    {
        services.AddHangfire((provider, configuration) =>
        {
            configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
            Storage.JobStorage.Use(configuration, options.ControlDatabase);
        });
        services.AddScoped<JobTurn>();
        services.AddHostedService<JobSchedule>();
        services.AddHangfireServer(server =>
        {
            server.WorkerCount = Workers;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(15);
            server.CancellationCheckInterval = TimeSpan.FromSeconds(5);
        });
        return services;
    }

    public static void MapJobDashboard(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
                context.Response.Headers.ContentSecurityPolicy = Policy;
            return next(context);
        });
        app.UseAuthorization();
        app.MapHangfireDashboardWithAuthorizationPolicy(FleetAuthorization.ReadPolicy, Path, new DashboardOptions
        {
            DashboardTitle = "Mailfleet jobs",
            AppPath = null,
            DisplayStorageConnectionString = false,
            IsReadOnlyFunc = context => !context.GetHttpContext().User.HasClaim(FleetAuthorization.RightClaim, nameof(Right.OperateFleet)),
        });
    }
}
