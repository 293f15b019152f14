using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Mailfleet.Hosting;

/// <summary>How every host logs: one line an event on standard error, UTC, no message content and no secrets.</summary>
public static class HostLogging
{
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Levels come from <c>logging.logLevel</c>, warnings and worse by default; <c>logging.format</c> is <c>text</c> or <c>json</c>.</summary>
    /// <exception cref="StartException">There is no such format; thrown when the first logger factory is made.</exception>
    public static Action<ILoggingBuilder> From(IConfiguration settings) => logging =>
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddConfiguration(settings.GetSection("logging"));
        switch (settings["logging:format"] ?? new LoggingSettings().Format)
        {
            case "text":
                logging.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = TimestampFormat + " ";
                });
                break;
            case "json":
                logging.AddJsonConsole(console =>
                {
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = TimestampFormat;
                });
                break;
            case var other:
                throw new StartException($"logging.format: 'text' or 'json' is expected, not '{other}'.");
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    };
}
