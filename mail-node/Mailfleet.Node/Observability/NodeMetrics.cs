using OpenTelemetry.Metrics;

namespace Mailfleet.Node.Observability;

/// <summary>
/// The numbers of this process at <c>/metrics</c> on the node's HTTP port, as Prometheus text. Projects make their own instruments; this names the meters that
/// are shown. Traces have sources of the same names and cost nothing until a listener or an exporter is added.
/// </summary>
internal static class NodeMetrics
{
    public const string Path = "/metrics";

    // Npgsql's and Kestrel's own meters are left out: they label with connection string and addresses, and ours count the same.
    private static readonly string[] Meters = ["Mailfleet.*", "System.Runtime"];

    public static void AddNodeMetrics(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());

    public static void MapNodeMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint(Path);
}
