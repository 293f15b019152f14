using Mailfleet.Node.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mailfleet.Node.Observability;

/// <summary>
/// The numbers of this process at <c>/metrics</c> on the node's HTTP port, as Prometheus text, and with the traces at a collector when there is one. Projects make
/// their own instruments and sources; this names those that are shown. Traces cost nothing without a collector.
/// </summary>
internal static class NodeTelemetry
{
    public const string Path = "/metrics";

    // Npgsql's and Kestrel's own meters are left out: they label with connection string and addresses, and ours count the same.
    private static readonly string[] Meters = ["Mailfleet.*", "System.Runtime"];

    public static void AddNodeTelemetry(this IServiceCollection services, TelemetryOptions options, string node)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        if (options.Collector is not { } collector)
            return;
        telemetry
            .ConfigureResource(resource => resource.AddService("mailfleet-node", serviceInstanceId: node))
            .WithMetrics(metrics => metrics.AddOtlpExporter(exporter => Send(exporter, collector, "v1/metrics")))
            .WithTracing(traces => traces
                .AddSource("Mailfleet.*")
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
                .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces")));
    }

    public static void MapNodeMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint(Path);

    // A path that is given is the collector's own base; the specification's paths are appended only where the address comes from the environment.
    private static void Send(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(new Uri(collector.AbsoluteUri.TrimEnd('/') + "/"), path);
    }
}
