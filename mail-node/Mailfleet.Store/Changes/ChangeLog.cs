using Npgsql;

namespace Mailfleet.Store.Changes;

/// <summary>Forgets what changed long ago, and notes up to where: whoever knows no more than that reads everything anew.</summary>
internal sealed class ChangeLog(NpgsqlDataSource cell)
{
    // Mailboxes first and in order, as everybody takes them; one that is busy has its turn next time.
    private const string HoldMailboxes =
        """
        SELECT b.mailbox_id FROM mail.mailbox b
        WHERE b.mailbox_id IN (SELECT c.mailbox_id FROM mail.change c JOIN mail.mailbox USING (mailbox_id) WHERE c.changed_at < now() - $1 LIMIT 1000)
        ORDER BY b.mailbox_id FOR NO KEY UPDATE SKIP LOCKED
        """;

    // Short transactions: one of a whole day would keep vacuum from every other table for as long.
    private const string PruneSome =
        """
        WITH gone AS (
            DELETE FROM mail.change WHERE (mailbox_id, modseq, email_id) IN (
                SELECT mailbox_id, modseq, email_id FROM mail.change WHERE changed_at < now() - $1 AND mailbox_id = ANY ($2) LIMIT 10000)
            RETURNING mailbox_id, modseq),
        marked AS (
            UPDATE mail.mailbox b SET pruned_modseq = greatest(b.pruned_modseq, g.modseq)
            FROM (SELECT mailbox_id, max(modseq) AS modseq FROM gone GROUP BY mailbox_id) g WHERE b.mailbox_id = g.mailbox_id)
        SELECT count(*) FROM gone
        """;

    public async Task<long> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        long pruned = 0;
        while (await PruneSomeAsync(keep, cancellationToken) is > 0 and var some)
            pruned += some;
        return pruned;
    }

    private async Task<long> PruneSomeAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<long> mailboxes = [];
        await using (NpgsqlCommand hold = new(HoldMailboxes, connection) { CommandTimeout = 0 })
        {
            hold.Parameters.Add(new() { Value = keep });
            await using NpgsqlDataReader reader = await hold.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                mailboxes.Add(reader.GetInt64(0));
        }

        await using NpgsqlCommand prune = new(PruneSome, connection) { CommandTimeout = 0 };
        prune.Parameters.Add(new() { Value = keep });
        prune.Parameters.Add(new() { Value = mailboxes.ToArray() });
        long some = (long)(await prune.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return some;
    }
}
