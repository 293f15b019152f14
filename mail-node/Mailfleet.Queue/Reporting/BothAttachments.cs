using Mailfleet.Store;
using Npgsql;

namespace Mailfleet.Queue.Reporting;

/// <summary>Two attachments of one message: a report that is itself queued, and the settlement of what it reports.</summary>
public sealed class BothAttachments(IDeliveryAttachment first, IDeliveryAttachment second) : IDeliveryAttachment, IAttachmentWriter
{
    public IAttachmentWriter Writer => this;

    public int RowCount => first.RowCount + second.RowCount;

    public void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages)
    {
        foreach (IDeliveryAttachment attachment in (IDeliveryAttachment[])[first, second])
            attachment.Writer.Write(batch, [.. messages.Select(message => message with { Attachment = attachment })]);
    }
}
