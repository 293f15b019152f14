using Mailfleet.Store.Compacting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Keeping;

/// <summary>
/// Keeps the store tidy beside its traffic: empties deleted mailboxes, finishes large deletes that were interrupted, gives disk space of deleted mail back and forgets old changes, soon after the start and then hourly.
/// Every node runs one; the cell lets one at a time compact. A round that fails is told, and the next one tries again.
/// </summary>
/// <param name="clock">Real time: a business clock that runs ahead must not remove files that readers still hold.</param>
public sealed partial class StoreKeeper(MailStore store, TimeProvider clock, ILogger<StoreKeeper> log)
{
    /// <summary>A node that restarts has clients waiting; its garbage can wait a little longer.</summary>
    public static readonly TimeSpan StartDelay = TimeSpan.FromMinutes(2);

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>As long as clients may be away without reading a whole mailbox anew.</summary>
    public static readonly TimeSpan KeepChanges = TimeSpan.FromDays(30);

    /// <summary>For the next round.</summary>
    public CompactionOptions Compaction { get; set; } = new();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(StartDelay, clock, cancellationToken);
        using PeriodicTimer timer = new(Interval, clock);
        do
            await TidyAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.EmptyDeletedMailboxesAsync(cancellationToken);
            await store.FinishDeletionsAsync(cancellationToken);
            CompactionResult result = await store.CompactAsync(Compaction, cancellationToken);
            long pruned = await store.PruneChangesAsync(KeepChanges, cancellationToken);
            LogTidied(result.Emptied, result.Removed, result.CopiedBytes, result.FreedBytes, pruned);
        }
        catch (Exception problem) when (problem is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            LogFault(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Compaction emptied {Emptied} segments, removed {Removed}, copied {Copied} bytes, freed {Freed}; {Pruned} old changes forgotten.")]
    private partial void LogTidied(int emptied, int removed, long copied, long freed, long pruned);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tidying the store failed and is tried again in an hour; mail is not affected.")]
    private partial void LogFault(Exception problem);
}
