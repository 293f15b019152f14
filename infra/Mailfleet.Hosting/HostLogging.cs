using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Mailfleet.Hosting;

/// <summary>How every host logs: one line an event on standard error, UTC, no message content and no secrets.</summary>
public static class HostLogging
{
    /// <summary>Levels come from <c>logging.logLevel</c>; warnings and worse by default.</summary>
    public static Action<ILoggingBuilder> From(IConfiguration settings) => logging =>
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddConfiguration(settings.GetSection("logging"));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    };
}
