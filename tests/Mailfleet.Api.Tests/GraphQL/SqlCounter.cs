using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>Keeps the SQL commands that belong to one request, by its trace id; those of the pumps and of other tests have other ones.</summary>
internal sealed class SqlCounter : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<string> _statements = new();

    public SqlCounter()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Opening a connection is an activity too, one without a statement.
                if (activity.Source.Name == "Npgsql" && activity.TraceId == TraceId && activity.GetTagItem("db.query.text") is string statement)
                    _statements.Enqueue(statement);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();

    /// <summary>W3C Trace Context §3.2: the header that makes the request part of the trace.</summary>
    public string TraceParent => $"00-{TraceId}-{ActivitySpanId.CreateRandom()}-01";

    public IReadOnlyCollection<string> Statements => _statements;

    public void Dispose() => _listener.Dispose();
}
