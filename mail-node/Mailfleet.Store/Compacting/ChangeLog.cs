using Npgsql;

namespace Mailfleet.Store.Compacting;

/// <summary>Forgets what changed long ago. Clients that were away longer find the oldest change newer than theirs and read everything anew.</summary>
internal sealed class ChangeLog(NpgsqlDataSource cell)
{
    // Short transactions: one of a whole day would keep vacuum from every other table for as long. Two nodes at once take different rows.
    private const string PruneSome =
        """
        DELETE FROM mail.change WHERE (mailbox_id, modseq, email_id) IN (
            SELECT mailbox_id, modseq, email_id FROM mail.change WHERE changed_at < now() - $1 LIMIT 10000 FOR UPDATE SKIP LOCKED)
        """;

    public async Task<long> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        long pruned = 0;
        while (true)
        {
            await using NpgsqlCommand command = cell.CreateCommand(PruneSome);
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = keep });
            int some = await command.ExecuteNonQueryAsync(cancellationToken);
            if (some == 0)
                return pruned;
            pruned += some;
        }
    }
}
