using System.Buffers;
using System.Buffers.Binary;
using Mailfleet.Cell;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>The entries of one spool file. A waiting file was whole when it got its name, so what cannot be read in it is damage, never a torn write.</summary>
/// <param name="Entries">What can be read, in the order of arrival; payloads are not looked at.</param>
/// <param name="ReadableBytes">Where the first entry that cannot be read begins; the file's length when all can.</param>
internal sealed record SpoolFile(IReadOnlyList<SpoolEntry> Entries, long ReadableBytes)
{
    // More than any transaction's recipients or texts; a length that is damaged must not ask for memory.
    private const int MaxMailboxes = 100_000;
    private const int MaxEnvelopeBytes = 64 << 20;

    private const int PieceBytes = 256 << 10;

    public static SpoolFile Read(ISegmentFile file, long length)
    {
        List<SpoolEntry> entries = [];
        long position = 0;
        while (position < length && TryReadEntry(file, position, length) is { } entry)
        {
            entries.Add(entry);
            position += entry.Length;
        }

        return new SpoolFile(entries, position);
    }

    /// <summary>Hands the payload on in pieces; false when its sum is wrong. The piece is good until the next.</summary>
    public static async Task<bool> ReadPayloadAsync(ISegmentFile file, SpoolEntry entry, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        Crc32C crc = default;
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (long done = 0; done < entry.Header.PayloadLength;)
            {
                Memory<byte> part = piece.AsMemory(0, (int)Math.Min(PieceBytes, entry.Header.PayloadLength - done));
                if (file.Read(part.Span, entry.PayloadPosition + done) < part.Length)
                    return false;
                crc.Append(part.Span);
                await take(part);
                done += part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return crc.Value == entry.Header.PayloadCrc;
    }

    private static SpoolEntry? TryReadEntry(ISegmentFile file, long position, long length)
    {
        if (Fill(file, position, RecordHeader.Length) is not { } head
            || RecordHeader.TryRead(head) is not { MailboxCount: > 0 and <= MaxMailboxes } header
            || header.PayloadLength > length - position
            || header.RecordLength > length - position)
            return null;

        long end = position + header.RecordLength;
        if (Fill(file, end - ((long)header.MailboxCount * sizeof(long)), header.MailboxCount * sizeof(long)) is not { } ids
            || Crc32C.Of(ids) != header.MailboxesCrc
            || Fill(file, end, SpoolEnvelope.HeadLength) is not { } envelopeHead
            || SpoolEnvelope.ReadLength(envelopeHead) is not (<= MaxEnvelopeBytes and int bodyLength)
            || bodyLength > length - end
            || Fill(file, end + SpoolEnvelope.HeadLength, bodyLength) is not { } body)
            return null;

        MailboxKey[] mailboxes = new MailboxKey[header.MailboxCount];
        for (int index = 0; index < mailboxes.Length; index++)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(ids.AsSpan(index * sizeof(long))) is not (> 0 and long id))
                return null;
            mailboxes[index] = new MailboxKey(id);
        }

        return SpoolEnvelope.TryDecode(envelopeHead, body, mailboxes) is { } targets
            ? new SpoolEntry(position, header.RecordLength + SpoolEnvelope.HeadLength + bodyLength, header, targets)
            : null;
    }

    private static byte[]? Fill(ISegmentFile file, long position, int length)
    {
        byte[] bytes = new byte[length];
        return file.Read(bytes, position) == length ? bytes : null;
    }
}
