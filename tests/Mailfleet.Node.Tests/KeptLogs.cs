using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Node.Tests;

/// <summary>Every line that is logged, at every level: the text, each value and the exception.</summary>
public sealed class KeptLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Kept(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Kept(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} | {values} {exception}");
        }
    }
}
