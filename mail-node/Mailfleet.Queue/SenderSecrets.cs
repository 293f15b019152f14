using Npgsql;

namespace Mailfleet.Queue;

/// <summary>The cell's secrets for envelope senders of forwards: the same on every node.</summary>
public static class SenderSecrets
{
    /// <summary>The newest first.</summary>
    public static async Task<IReadOnlyList<byte[]>> ReadAsync(NpgsqlDataSource cell, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("SELECT secret FROM queue.sender_secret ORDER BY id DESC");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<byte[]> secrets = [];
        while (await reader.ReadAsync(cancellationToken))
            secrets.Add(reader.GetFieldValue<byte[]>(0));
        return secrets;
    }
}
