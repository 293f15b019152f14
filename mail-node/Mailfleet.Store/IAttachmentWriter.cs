using Npgsql;

namespace Mailfleet.Store;

/// <summary>Turns attachments into statements of the delivery's transaction.</summary>
public interface IAttachmentWriter
{
    /// <summary>
    /// Adds a few statements for all of them: no locks beyond rows that the attachments own, text scrubbed of what PostgreSQL does not take, and harmless when
    /// the transaction is tried again. Nothing is decided before <see cref="MailStore.DeliverAsync(IncomingMessage, IReadOnlyList{DeliveryTarget}, IDeliveryAttachment?)"/> has said Stored.
    /// </summary>
    void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages);
}
