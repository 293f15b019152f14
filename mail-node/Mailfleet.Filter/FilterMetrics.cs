using System.Diagnostics.Metrics;

namespace Mailfleet.Filter;

/// <summary>Numbers of the defence.</summary>
internal static class FilterMetrics
{
    private static readonly Meter Meter = new("Mailfleet.Filter");
    private static readonly Counter<long> Bans = Meter.CreateCounter<long>("mailfleet.bans", "{ban}", "Bans made by this node");

    public static void Banned() => Bans.Add(1);
}
