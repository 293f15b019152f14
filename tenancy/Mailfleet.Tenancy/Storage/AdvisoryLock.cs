using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A lock on a text, held until the session's transaction ends. Order everywhere: name, then a customer's aliases, then address, then log-in, then a person's row, then a person's tokens, then pools (<see cref="PoolTable"/>).</summary>
internal static class AdvisoryLock
{
    public static async Task TakeAsync(IDocumentSession session, string key, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))") { Parameters = { new() { Value = key } } };
        await session.ExecuteAsync(command, cancellationToken);
    }
}
