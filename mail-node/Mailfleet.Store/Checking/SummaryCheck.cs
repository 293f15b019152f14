using Mailfleet.Store.Summaries;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>Summaries whose stored copy is gone. Repair forgets them: they are made anew from the bytes whenever there are any.</summary>
internal static class SummaryCheck
{
    public static async Task<List<long>> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT s.blob_id FROM mail.summary s WHERE {SummaryRows.IsOrphan} ORDER BY 1", snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<long> orphans = [];
        while (await reader.ReadAsync(cancellationToken))
            orphans.Add(reader.GetInt64(0));
        return orphans;
    }

    public static async Task RepairAsync(NpgsqlDataSource cell, List<long> orphans, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand($"DELETE FROM mail.summary s WHERE s.blob_id = ANY ($1) AND {SummaryRows.IsOrphan}");
        command.Parameters.Add(new() { Value = orphans.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
