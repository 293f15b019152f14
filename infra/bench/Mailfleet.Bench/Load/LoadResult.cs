namespace Mailfleet.Bench.Load;

/// <summary>What a load did. Latencies are those of one unit of work (a message, a session), in milliseconds.</summary>
internal sealed record LoadResult(long Count, double Seconds, double P50, double P99, double Max, string? Fault)
{
    public double PerSecond => Count / Seconds;

    public static LoadResult From(IReadOnlyCollection<long> ticks, TimeSpan elapsed, string? fault)
    {
        double[] sorted = [.. ticks.Select(x => x * 1000.0 / System.Diagnostics.Stopwatch.Frequency).Order()];
        double At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
        return new LoadResult(sorted.Length, elapsed.TotalSeconds, At(0.5), At(0.99), At(1), fault);
    }
}
