using System.Data;
using Mailfleet.Store.Segments;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>
/// Proves a cell's mail: references, numbers, counters, and every record on disk. Works while the store runs or stands still, because all rows
/// are read from one snapshot and a record that is not where the snapshot said is looked up again. Bytes without rows are garbage, not a problem.
/// </summary>
public static class StoreCheck
{
    public static Task<StoreCheckReport> RunAsync(string segmentDirectory, NpgsqlDataSource cell, StoreCheckOptions options, CancellationToken cancellationToken) =>
        RunAsync(new SegmentDisk(segmentDirectory), cell, options, cancellationToken);

    internal static async Task<StoreCheckReport> RunAsync(ISegmentDisk disk, NpgsqlDataSource cell, StoreCheckOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        List<StoreProblem> problems;
        List<(long Mailbox, string Text)> counters;
        List<(long Mailbox, string Text)> mailboxes;
        List<(long Pool, string Text)> pools;
        List<long> orphans;
        long messages;
        IReadOnlyDictionary<long, long> files;
        using RecordCheck records = new(disk, cell, options.Deep);
        await using (NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
        {
            problems = await RowCheck.FindAsync(connection, cancellationToken);
            counters = await CounterCheck.FindAsync(connection, cancellationToken);
            mailboxes = await MailboxCheck.FindAsync(connection, cancellationToken);
            pools = await PoolCheck.FindAsync(connection, cancellationToken);
            orphans = await SummaryCheck.FindAsync(connection, cancellationToken);
            await using (NpgsqlCommand count = new("SELECT count(*) FROM mail.message", connection) { CommandTimeout = 0 })
                messages = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
            files = disk.List();
            await records.RunAsync(connection, cancellationToken);
        }

        List<(long Mailbox, string Text)> repairable = [.. counters, .. mailboxes];
        HashSet<long> stillWrong = [.. repairable.Select(wrong => wrong.Mailbox)];
        if (options.Repair && repairable.Count > 0)
        {
            // Counters first: what else is put right gets a modseq from them.
            foreach (long mailbox in stillWrong)
                await CounterCheck.RepairAsync(cell, mailbox, cancellationToken);
            foreach (long mailbox in mailboxes.Select(wrong => wrong.Mailbox).Distinct())
                await MailboxCheck.RepairAsync(cell, mailbox, cancellationToken);
            await using NpgsqlTransaction again = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            stillWrong = [.. (await CounterCheck.FindAsync(connection, cancellationToken)).Concat(await MailboxCheck.FindAsync(connection, cancellationToken)).Select(wrong => wrong.Mailbox)];
        }

        HashSet<long> stillWrongPools = [.. pools.Select(wrong => wrong.Pool)];
        if (options.Repair && stillWrong.Count == 0 && pools.Count > 0)
        {
            // After the mailboxes: they are what is summed up.
            foreach (long pool in stillWrongPools)
                await PoolCheck.RepairAsync(cell, pool, cancellationToken);
            stillWrongPools = [.. (await PoolCheck.FindAsync(connection, cancellationToken)).Select(wrong => wrong.Pool)];
        }

        if (options.Repair && orphans.Count > 0)
            await SummaryCheck.RepairAsync(cell, orphans, cancellationToken);
        problems.AddRange(orphans.Select(blob => new StoreProblem($"summary {blob}: there is no such stored copy", IsRepaired: options.Repair)));
        problems.AddRange(repairable.Select(wrong => new StoreProblem(wrong.Text, IsRepaired: !stillWrong.Contains(wrong.Mailbox))));
        problems.AddRange(pools.Select(wrong => new StoreProblem(wrong.Text, IsRepaired: !stillWrongPools.Contains(wrong.Pool))));
        problems.AddRange(records.Problems);
        SpoolCheck spools = new(options.Deep);
        if (options.SpoolDirectory is { } spoolDirectory)
            await spools.RunAsync(spoolDirectory);
        problems.AddRange(spools.Problems);
        long stored = files.Values.Sum();
        return new StoreCheckReport(problems, messages, records.Blobs, files.Count, stored, Math.Max(0, stored - records.LiveBytes)) { Spooled = spools.Messages };
    }
}
