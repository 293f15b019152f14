using Npgsql;

namespace Mailfleet.Store.Summaries;

/// <summary>The rows of summaries. One goes with its blob: whoever adds it holds the blob's row, and compaction looks for it after the blob is gone.</summary>
internal static class SummaryRows
{
    private const string Insert =
        """
        WITH held AS MATERIALIZED (SELECT id FROM mail.blob WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE)
        INSERT INTO mail.summary AS s (blob_id, version, envelope, structure)
        SELECT n.id, $4, n.envelope, n.structure FROM unnest($1, $2, $3) AS n (id, envelope, structure) JOIN held USING (id) ORDER BY n.id
        ON CONFLICT (blob_id) DO UPDATE SET version = excluded.version, envelope = excluded.envelope, structure = excluded.structure WHERE s.version < excluded.version
        """;

    /// <summary>Rows whose blob is gone; a crash cannot leave one, a restored table can.</summary>
    public const string IsOrphan = "NOT EXISTS (SELECT FROM mail.blob b WHERE b.id = s.blob_id)";

    public static async Task InsertAsync(NpgsqlDataSource cell, IReadOnlyList<(long Blob, byte[] Envelope, byte[] Structure)> rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Blob)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Envelope)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Structure)] });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = SummaryFormat.Version });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
