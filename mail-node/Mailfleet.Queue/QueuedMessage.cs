using Mailfleet.Queue.Rows;
using Mailfleet.Store;

namespace Mailfleet.Queue;

/// <summary>A message's way into the queue: what <see cref="MailStore.DeliverAsync"/> commits together with its bytes.</summary>
public sealed class QueuedMessage : IDeliveryAttachment
{
    internal QueuedMessage(QueuedEnvelope envelope, EnqueueWriter writer) => (Envelope, Writer) = (envelope, writer);

    public QueuedEnvelope Envelope { get; }

    /// <summary>Some byte is above 127; known when the content has come.</summary>
    public bool Is8Bit { get; set; }

    /// <summary>Header or addresses are not ASCII (RFC 6531); known when the header has come.</summary>
    public bool IsUtf8 { get; set; }

    public IAttachmentWriter Writer { get; }

    public int RowCount => Envelope.Recipients.Count + 1;

    /// <summary>Given by the store when it is committed.</summary>
    internal long Id { get; set; }

    internal long SizeBytes { get; set; }

    internal CopyPlace Place { get; set; }

    /// <summary>The epoch its rows were written with; 0 where anybody may take them.</summary>
    internal long Epoch { get; set; }
}
