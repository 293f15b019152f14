using Mailfleet.Tenancy.Contracts;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Second factors inside a session's transaction. The person's row is locked first, so that of two uses of one code one comes too late.</summary>
internal static class SecondFactorTable
{
    /// <param name="Active">Sealed seed in use; null without a second factor.</param>
    /// <param name="Begun">Sealed seed that waits for its first code.</param>
    /// <param name="Step">Of the last code taken.</param>
    internal sealed record Seeds(byte[]? Active, byte[]? Begun, long Step);

    public static async Task<Seeds> ReadAsync(IDocumentSession session, PersonId person, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT totp_sealed, totp_begun, totp_step FROM tenancy.person WHERE id = $1")
        {
            Parameters = { new() { Value = person.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Seeds(
            await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetFieldValue<byte[]>(0),
            await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<byte[]>(1),
            reader.GetInt64(2));
    }

    public static void Begin(IDocumentSession session, PersonId person, byte[] sealedSeed) =>
        session.QueueSqlCommand("UPDATE tenancy.person SET totp_begun = ? WHERE id = ?", sealedSeed, person.Value);

    public static void Activate(IDocumentSession session, PersonId person, long step, IEnumerable<byte[]> codes)
    {
        session.QueueSqlCommand("UPDATE tenancy.person SET totp_sealed = totp_begun, totp_begun = NULL, totp_step = ? WHERE id = ?", step, person.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.recovery_code WHERE person_id = ?", person.Value);
        foreach (byte[] code in codes)
            session.QueueSqlCommand("INSERT INTO tenancy.recovery_code (person_id, code_sha256) VALUES (?, ?)", person.Value, code);
    }

    public static void SetStep(IDocumentSession session, PersonId person, long step) =>
        session.QueueSqlCommand("UPDATE tenancy.person SET totp_step = ? WHERE id = ?", step, person.Value);

    public static void Remove(IDocumentSession session, PersonId person)
    {
        session.QueueSqlCommand("UPDATE tenancy.person SET totp_sealed = NULL, totp_begun = NULL, totp_step = 0 WHERE id = ?", person.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.recovery_code WHERE person_id = ?", person.Value);
    }

    public static async Task<bool> HasRecoveryCodeAsync(IDocumentSession session, PersonId person, byte[] code, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.recovery_code WHERE person_id = $1 AND code_sha256 = $2")
        {
            Parameters = { new() { Value = person.Value }, new() { Value = code } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    public static void UseRecoveryCode(IDocumentSession session, PersonId person, byte[] code) =>
        session.QueueSqlCommand("DELETE FROM tenancy.recovery_code WHERE person_id = ? AND code_sha256 = ?", person.Value, code);
}
