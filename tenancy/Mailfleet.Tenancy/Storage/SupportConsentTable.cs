using Mailfleet.Tenancy.Contracts;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>What customers say about being stood in for.</summary>
internal static class SupportConsentTable
{
    /// <summary>Null when the customer asks for no consent; else the moment until which it is given, which may be over. Held until the transaction ends.</summary>
    public static async Task<DateTimeOffset?> HoldAsync(IDocumentSession session, CustomerId customer, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"consent:{customer}", cancellationToken);
        await using NpgsqlCommand command = new("SELECT allowed_until FROM tenancy.support_consent WHERE customer_id = $1")
        {
            Parameters = { new() { Value = customer.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }

    public static void Put(IDocumentSession session, CustomerId customer, DateTimeOffset? allowedUntil)
    {
        if (allowedUntil is { } until)
            session.QueueSqlCommand(
                """
                INSERT INTO tenancy.support_consent (customer_id, allowed_until) VALUES (?, ?)
                ON CONFLICT (customer_id) DO UPDATE SET allowed_until = excluded.allowed_until
                """,
                customer.Value, until);
        else
            session.QueueSqlCommand("DELETE FROM tenancy.support_consent WHERE customer_id = ?", customer.Value);
    }
}
