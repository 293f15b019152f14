using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Smtp.Tests;

/// <summary>Keeps what was logged as an error.</summary>
internal sealed class FaultLog : ILogger<SmtpConnectionHandler>
{
    public ConcurrentQueue<string> Faults { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Faults.Enqueue($"{formatter(state, exception)}: {exception?.Message}");
    }
}
