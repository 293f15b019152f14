using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Where numbers and traces are sent, beside <c>/metrics</c>, which is always there.</summary>
public sealed record TelemetryOptions
{
    /// <summary>An OpenTelemetry collector that takes OTLP over HTTP, as <c>http://127.0.0.1:4318</c>; nothing is sent while it is empty.</summary>
    public string Otlp { get; init; } = "";

    /// <summary>The part of all transactions and group commits that is traced, 0 to 1. One in a hundred shows where time goes and costs nothing that could be measured.</summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; init; } = 0.01;

    internal Uri? Collector => Uri.TryCreate(Otlp, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address : null;
}
