using Npgsql;

namespace Mailfleet.Api.Storage;

/// <summary>What stands under a key.</summary>
/// <param name="IsNew">Nothing did until now: the caller is the first and has the key.</param>
/// <param name="Sealed">The answer; null while there is none.</param>
internal sealed record IdempotencyClaim(bool IsNew, byte[] RequestHash, byte[]? Sealed);

/// <summary>Keys of requests and their answers, kept for a day.</summary>
internal sealed class IdempotencyTable(ApiOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _control = NpgsqlDataSource.Create(options.ControlDatabase);

    /// <summary>Takes the key, or says what stands under it. Removes a few expired ones of others, so that the table stays as large as a day is.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(byte[] key, byte[] request, DateTimeOffset now, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _control.CreateCommand(
            """
            WITH dead AS (
                DELETE FROM tenancy.idempotency WHERE key_sha256 IN (
                    SELECT key_sha256 FROM tenancy.idempotency WHERE expires_at <= $3 ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED))
            INSERT INTO tenancy.idempotency AS held (key_sha256, request_sha256, expires_at) VALUES ($1, $2, $4)
            ON CONFLICT (key_sha256) DO UPDATE SET request_sha256 = excluded.request_sha256, sealed = NULL, expires_at = excluded.expires_at
                WHERE held.expires_at <= $3
            RETURNING 1
            """);
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = request });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now + lifetime });
        if (await command.ExecuteScalarAsync(cancellationToken) is not null)
            return new IdempotencyClaim(IsNew: true, request, Sealed: null);

        await using NpgsqlCommand read = _control.CreateCommand("SELECT request_sha256, sealed FROM tenancy.idempotency WHERE key_sha256 = $1");
        read.Parameters.Add(new() { Value = key });
        await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new IdempotencyClaim(IsNew: false, reader.GetFieldValue<byte[]>(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1))
            : new IdempotencyClaim(IsNew: false, request, Sealed: null); // given up between the two statements: as good as under way
    }

    public Task AnswerAsync(byte[] key, byte[] sealedAnswer) =>
        ExecuteAsync("UPDATE tenancy.idempotency SET sealed = $2 WHERE key_sha256 = $1", key, sealedAnswer);

    /// <summary>For a request that was refused before it did anything.</summary>
    public Task GiveUpAsync(byte[] key) => ExecuteAsync("DELETE FROM tenancy.idempotency WHERE key_sha256 = $1 AND sealed IS NULL", key);

    public ValueTask DisposeAsync() => _control.DisposeAsync();

    // Not cancelled with the request: what was done is done.
    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = _control.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
