using System.Text;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>Password hashes on their way to a cell. They wait sealed, in the transaction that asked for them, and are deleted once the cell has them.</summary>
public sealed class SealedCommands(SealingKeys keys)
{
    /// <param name="version">The mailbox's version after the save: the cell applies a command only above the one it holds.</param>
    internal void QueuePassword(IDocumentSession session, MailboxId mailbox, long version, string hash) =>
        SealedCommandTable.Put(session, mailbox, version, keys.Seal(Encoding.UTF8.GetBytes(hash), AssociatedData(mailbox.Value)));

    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is missing, or the bytes were not sealed for this mailbox.</exception>
    internal string OpenPassword(string mailboxId, byte[] sealedHash) => Encoding.UTF8.GetString(keys.Open(sealedHash, AssociatedData(mailboxId)));

    // Binds the bytes to their row: copied to another mailbox they do not open.
    private static byte[] AssociatedData(string mailboxId) => Encoding.UTF8.GetBytes($"tenancy.sealed_command/{mailboxId}");
}
