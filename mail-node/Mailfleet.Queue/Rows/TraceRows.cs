using Npgsql;

namespace Mailfleet.Queue.Rows;

/// <summary>The trace grows at its end and loses its old rows in short steps.</summary>
internal sealed class TraceRows(NpgsqlDataSource cell)
{
    private const int Step = 10_000;

    private const string Prune = "DELETE FROM queue.trace WHERE ctid = ANY (ARRAY(SELECT ctid FROM queue.trace WHERE at < now() - $1 LIMIT $2))";

    public async Task<long> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        long pruned = 0;
        int step;
        do
        {
            await using NpgsqlCommand command = cell.CreateCommand(Prune);
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = keep });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Step });
            step = await command.ExecuteNonQueryAsync(cancellationToken);
            pruned += step;
        }
        while (step == Step);
        return pruned;
    }
}
