using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Leaking buckets of failed log-ins, shared by all hosts, and the networks a person is known in.</summary>
internal sealed class LogInBuckets(NpgsqlDataSource database)
{
    private static readonly TimeSpan DeadAfter = TimeSpan.FromDays(1); // every bucket has leaked empty long before

    /// <summary>Locks the buckets, lets them leak until now, and removes a few dead ones of others, so that the table stays as small as the attacks are.</summary>
    public async Task<BucketCharge> BeginAsync(IReadOnlyDictionary<string, BucketSize> sizes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            return new BucketCharge(connection, transaction, await LeakAsync(connection, transaction, sizes, now, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes one charge back from each bucket, empties the pair's, and remembers the network.</summary>
    public async Task RefundAsync(
        IReadOnlyCollection<string> keys, string pair, PersonId person, string network, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            WITH known AS (
                INSERT INTO tenancy.person_network (person_id, network, at) VALUES ($3, $4, $5)
                ON CONFLICT (person_id, network) DO UPDATE SET at = excluded.at),
            locked AS (
                SELECT key FROM tenancy.log_in_bucket WHERE key = ANY ($1) OR key = $2 ORDER BY key FOR UPDATE)
            UPDATE tenancy.log_in_bucket b SET level = CASE WHEN b.key = $2 THEN 0 ELSE greatest(0, b.level - 1) END
            FROM locked l WHERE b.key = l.key
            """);
        command.Parameters.Add(new() { Value = keys.ToArray() });
        command.Parameters.Add(new() { Value = pair });
        command.Parameters.Add(new() { Value = person.Value });
        command.Parameters.Add(new() { Value = network });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <param name="person">An id, or nothing for a log-in that does not exist: the same work for both.</param>
    public async Task<bool> IsKnownNetworkAsync(string person, string network, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT 1 FROM tenancy.person_network WHERE person_id = $1 AND network = $2 AND at > $3");
        command.Parameters.Add(new() { Value = person });
        command.Parameters.Add(new() { Value = network });
        command.Parameters.Add(new() { Value = since });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    // Keys in order, so that two attempts never wait for each other in a circle; a clock that goes back leaks nothing.
    private static async Task<IReadOnlyDictionary<string, double>> LeakAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyDictionary<string, BucketSize> sizes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            WITH dead AS (
                DELETE FROM tenancy.log_in_bucket WHERE key IN (
                    SELECT key FROM tenancy.log_in_bucket WHERE at < $4 AND key <> ALL ($1) ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED))
            INSERT INTO tenancy.log_in_bucket AS b (key, level, at)
            SELECT c.key, 0, $3 FROM unnest($1) AS c (key) ORDER BY c.key COLLATE "C"
            ON CONFLICT (key) DO UPDATE SET
                level = greatest(0, b.level - greatest(0, extract(epoch FROM excluded.at - b.at))
                    * (SELECT c.leak FROM unnest($1, $2) AS c (key, leak) WHERE c.key = b.key)),
                at = greatest(b.at, excluded.at)
            RETURNING b.key, b.level
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = sizes.Keys.ToArray() });
        command.Parameters.Add(new() { Value = sizes.Values.Select(size => 1 / size.LeakEvery.TotalSeconds).ToArray() });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - DeadAfter });
        Dictionary<string, double> levels = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            levels.Add(reader.GetString(0), reader.GetDouble(1));
        return levels;
    }
}
