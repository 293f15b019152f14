using Mailfleet.Store;
using Npgsql;
using static Mailfleet.Queue.Rows.Arrays;

namespace Mailfleet.Queue.Rows;

/// <summary>Inserts the rows of new messages in the transaction that commits their bytes: two statements, however many messages and recipients.</summary>
/// <param name="epoch">Asked at each commit: this start's epoch while it takes what it stores, 0 when anybody may.</param>
internal sealed class EnqueueWriter(Func<long> epoch) : IAttachmentWriter
{
    private const string InsertMessages =
        """
        INSERT INTO queue.message (id, customer_id, mailbox_id, size_bytes, is_8bit, is_utf8, may_report, return_full, envelope_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string InsertRecipients =
        """
        INSERT INTO queue.recipient (message_id, number, customer_id, lane, notify, epoch, address, domain, reverse_path, original_recipient, state, last_reply)
        SELECT message_id, number, customer_id, lane, notify, $12, address, domain, reverse_path, original_recipient, state, last_reply
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            AS row (message_id, number, customer_id, lane, notify, address, domain, reverse_path, original_recipient, state, last_reply)
        """;

    public void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages)
    {
        long owner = epoch();
        foreach (AttachedMessage message in messages)
        {
            QueuedMessage queued = (QueuedMessage)message.Attachment;
            (queued.Id, queued.SizeBytes, queued.Place, queued.Epoch) = (message.Id, message.SizeBytes, message.Place, owner);
        }

        QueuedMessage[] all = [.. messages.Select(message => (QueuedMessage)message.Attachment)];
        batch.Add(
            InsertMessages,
            Longs(all.Select(message => message.Id)),
            Longs(all.Select(message => message.Envelope.Customer)),
            MaybeLongs(all.Select(message => message.Envelope.Mailbox)),
            Longs(all.Select(message => message.SizeBytes)),
            Booleans(all.Select(message => message.Is8Bit)),
            Booleans(all.Select(message => message.IsUtf8)),
            Booleans(all.Select(message => message.Envelope.MayReport)),
            MaybeBooleans(all.Select(message => message.Envelope.ReturnFull)),
            Texts(all.Select(message => message.Envelope.EnvelopeId)));

        (QueuedMessage Message, int Number, QueuedRecipient To)[] rows = [.. all.SelectMany(message => message.Envelope.Recipients.Select((to, number) => (message, number, to)))];
        batch.Add(
            InsertRecipients,
            Longs(rows.Select(row => row.Message.Id)),
            Integers(rows.Select(row => row.Number)),
            Longs(rows.Select(row => row.Message.Envelope.Customer)),
            Shorts(rows.Select(row => (int)row.Message.Envelope.Lane)),
            Shorts(rows.Select(row => (int)row.To.Notify)),
            Texts(rows.Select(row => row.To.Address.ToString())),
            Texts(rows.Select(row => row.To.Address.Domain)),
            Texts(rows.Select(row => row.To.From.Address?.ToString() ?? "")),
            Texts(rows.Select(row => row.To.OriginalRecipient)),
            Shorts(rows.Select(row => (int)row.To.State)),
            Texts(rows.Select(row => row.To.LastReply)),
            Long(owner));
    }
}
