using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Filter;

internal static partial class FilterLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Prefix} is banned for {Reason}")]
    public static partial void Banned(this ILogger logger, NetworkPrefix prefix, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The cell's bans cannot be read or written; this node goes by what it knows")]
    public static partial void BansLost(this ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Information, "The cell's bans can be read again")]
    public static partial void BansFound(this ILogger logger);

    [LoggerMessage(4, LogLevel.Warning, "What accounts have sent cannot be written; it is kept and tried again")]
    public static partial void SentLost(this ILogger logger, Exception fault);
}
