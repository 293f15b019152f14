using System.Buffers.Binary;
using System.Text;
using Mailfleet.Cell;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>
/// What follows a record in the spool: the texts of its targets, which rows hold elsewhere. Numbers little-endian:
/// <code>
///  0 u32 length of what follows byte 8     8 u8 version 1
///  4 u32 CRC-32C of that                   9 for each target, in the order of the record's mailbox ids: u16 length and UTF-8 of the reverse-path, the same of the address
/// </code>
/// </summary>
internal static class SpoolEnvelope
{
    public const int HeadLength = 8;

    private const byte Version = 1;

    public static int LengthOf(IReadOnlyList<DeliveryTarget> targets) => HeadLength + 1 + targets.Sum(target => LengthOf(target.ReturnPath) + LengthOf(target.DeliveredTo));

    public static byte[] Encode(IReadOnlyList<DeliveryTarget> targets)
    {
        byte[] bytes = new byte[LengthOf(targets)];
        Span<byte> rest = bytes.AsSpan(HeadLength);
        rest[0] = Version;
        rest = rest[1..];
        foreach (DeliveryTarget target in targets)
        {
            Put(ref rest, target.ReturnPath);
            Put(ref rest, target.DeliveredTo);
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - HeadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Of(bytes.AsSpan(HeadLength)));
        return bytes;
    }

    /// <summary>Length of the body that a head announces; null when it cannot be one.</summary>
    public static int? ReadLength(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadInt32LittleEndian(head) is > 0 and int length ? length : null;

    /// <summary>Null when the bytes are damaged, or of a version that this release does not read.</summary>
    public static IReadOnlyList<DeliveryTarget>? TryDecode(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, IReadOnlyList<MailboxKey> mailboxes)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != Crc32C.Of(body) || body[0] != Version)
            return null;
        body = body[1..];
        List<DeliveryTarget> targets = [];
        foreach (MailboxKey mailbox in mailboxes)
        {
            if (Take(ref body) is not { } returnPath || Take(ref body) is not { } deliveredTo)
                return null;
            targets.Add(new DeliveryTarget(mailbox, returnPath, deliveredTo));
        }

        return targets;
    }

    private static int LengthOf(string text) => sizeof(ushort) + Encoding.UTF8.GetByteCount(text);

    private static void Put(ref Span<byte> rest, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, rest[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, checked((ushort)length));
        rest = rest[(sizeof(ushort) + length)..];
    }

    private static string? Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && rest.Length < sizeof(ushort) + length)
            return null;
        string text = Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length));
        rest = rest[(sizeof(ushort) + length)..];
        return text;
    }
}
