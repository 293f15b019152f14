using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Mailfleet.Api.Ops;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: every check registered with the tag <c>ready</c> passes, so traffic may come.
/// </summary>
internal static class HealthPages
{
    public const string Ready = "ready";

    public static IServiceCollection AddHealthPages(this IServiceCollection services) => services.AddHealthChecks().Services;

    public static void MapHealthPages(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
    }
}
