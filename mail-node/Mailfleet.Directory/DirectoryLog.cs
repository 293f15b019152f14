using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Directory;

internal static partial class DirectoryLog
{
    [LoggerMessage(1, LogLevel.Error, "The cell's directory cannot be read; known addresses still receive, log-ins wait")]
    public static partial void DirectoryLost(this ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "The cell's directory can be read again; everything known is read anew")]
    public static partial void DirectoryFound(this ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Failed log-ins have filled the bucket of the {Bucket}; the last from {Address} for {Account}")]
    public static partial void LogInsThrottled(this ILogger logger, string bucket, NetworkPrefix address, string account);
}
