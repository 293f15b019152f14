using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Hosting;

/// <summary>How a host logs: <c>logging.*</c>.</summary>
public sealed record LoggingSettings
{
    /// <summary><c>text</c>: one line an event, for people. <c>json</c>: one JSON object a line, for a log collector.</summary>
    [AllowedValues("text", "json")]
    public string Format { get; init; } = "text";

    /// <summary>Lowest level that is logged, by category; <c>Default</c> for the rest. <c>Information</c> adds one line at the end of each session.</summary>
    public IReadOnlyDictionary<string, string> LogLevel { get; init; } = new Dictionary<string, string> { ["Default"] = "Warning" };
}
