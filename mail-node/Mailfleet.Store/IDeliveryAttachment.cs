namespace Mailfleet.Store;

/// <summary>
/// Rows beside the mailboxes' own that become durable with a message or not at all: those of the queue, so that a 250 for a recipient elsewhere is worth as
/// much as one for a mailbox here, and a report that leaves together with the rows it reports on.
/// </summary>
public interface IDeliveryAttachment
{
    /// <summary>Writes it. All attachments of a transaction that name the same writer are handed to it together.</summary>
    IAttachmentWriter Writer { get; }

    /// <summary>About how many rows it is; transactions are cut by it.</summary>
    int RowCount { get; }
}
