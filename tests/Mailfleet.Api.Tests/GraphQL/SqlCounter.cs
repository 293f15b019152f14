using System.Diagnostics;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>Counts the SQL commands that belong to one request, by its trace id; those of the pumps and of other tests have other ones.</summary>
internal sealed class SqlCounter : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count;

    public SqlCounter()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == TraceId)
                    Interlocked.Increment(ref _count);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();

    /// <summary>W3C Trace Context §3.2: the header that makes the request part of the trace.</summary>
    public string TraceParent => $"00-{TraceId}-{ActivitySpanId.CreateRandom()}-01";

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
