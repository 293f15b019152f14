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

    [LoggerMessage(4, LogLevel.Information, "The addresses of the cell are kept on this node's disk: {Names} of them")]
    public static partial void SnapshotWritten(this ILogger logger, long names);

    [LoggerMessage(5, LogLevel.Error, "The addresses of the cell could not be kept on this node's disk; the older file stays")]
    public static partial void SnapshotFailed(this ILogger logger, Exception fault);

    [LoggerMessage(6, LogLevel.Error, "The file of the cell's addresses cannot be read; addresses that are not in memory wait for the database")]
    public static partial void SnapshotUnreadable(this ILogger logger, Exception? fault);

    [LoggerMessage(7, LogLevel.Warning, "An address could not be looked up in the cell's database; what this node has kept answers")]
    public static partial void LookedUpInSnapshot(this ILogger logger, Exception fault);
}
