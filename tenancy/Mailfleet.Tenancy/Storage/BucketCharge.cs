using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Buckets held by a transaction: their levels are the truth until it ends. Disposed without a commit, nothing was charged.</summary>
internal sealed class BucketCharge(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyDictionary<string, double> levels) : IAsyncDisposable
{
    public IReadOnlyDictionary<string, double> Levels => levels;

    public async Task CommitAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("UPDATE tenancy.log_in_bucket SET level = level + 1 WHERE key = ANY ($1)", connection, transaction)
        {
            Parameters = { new() { Value = keys.ToArray() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
