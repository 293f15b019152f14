using System.Buffers.Binary;

namespace Mailfleet.Store.Segments;

/// <summary>
/// The head of a record. A record is head, payload, then the mailbox ids (so that rows could be rebuilt from bytes); the ids stand last
/// because a streamed message knows its length and recipients only at its end, when the head is written as the last thing before the sync.
/// All numbers little-endian:
/// <code>
///  0 u32 magic "MFRC"     16 i64 message id          40 u32 number of mailbox ids
///  4 u8  version 1        24 i64 arrival, Unix ms    44 u32 CRC-32C of the mailbox ids
///  5 u8  codec 0          32 i64 payload length      48 u32 CRC-32C of bytes 0 to 47
///  6 u16 key id 0         12 u32 CRC-32C of payload  52
///  8 u32 reserved, 0
/// </code>
/// </summary>
internal readonly record struct RecordHeader(long MessageId, long ArrivalMs, long PayloadLength, uint PayloadCrc, int MailboxCount, uint MailboxesCrc)
{
    public const int Length = 52;

    private const uint Magic = 0x4352_464D;
    private const byte Version = 1;

    public long RecordLength => Length + PayloadLength + ((long)MailboxCount * sizeof(long));

    public void Write(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        destination[4] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], PayloadCrc);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], MessageId);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], ArrivalMs);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[40..], MailboxCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[44..], MailboxesCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[48..], Crc32C.Of(destination[..48]));
    }

    /// <summary>Null when the bytes are no head of a version, codec and key that this release reads.</summary>
    public static RecordHeader? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length < Length
            || BinaryPrimitives.ReadUInt32LittleEndian(source[48..]) != Crc32C.Of(source[..48])
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || source[4] != Version
            || source[5] != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(source[6..]) != 0)
            return null;
        RecordHeader header = new(
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[44..]));
        return header.PayloadLength >= 0 && header.MailboxCount >= 0 ? header : null;
    }
}
