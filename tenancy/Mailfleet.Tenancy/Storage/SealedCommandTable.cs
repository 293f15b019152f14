using Mailfleet.Tenancy.Contracts;
using Marten;

namespace Mailfleet.Tenancy.Storage;

internal static class SealedCommandTable
{
    /// <summary>A newer password replaces one that is still waiting.</summary>
    public static void Put(IDocumentSession session, MailboxId mailbox, long version, byte[] sealedHash) =>
        session.QueueSqlCommand(
            """
            INSERT INTO tenancy.sealed_command (object_id, version, sealed) VALUES (?, ?, ?)
            ON CONFLICT (object_id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed
            WHERE sealed_command.version < excluded.version
            """,
            mailbox.Value, version, sealedHash);

    public static void Delete(IDocumentSession session, MailboxId mailbox) =>
        session.QueueSqlCommand("DELETE FROM tenancy.sealed_command WHERE object_id = ?", mailbox.Value);
}
