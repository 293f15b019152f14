using System.Buffers.Binary;
using System.Text;

namespace Mailfleet.Directory.Snapshots;

/// <summary>
/// The file that holds a cell's addresses: entries sorted by key, so that it is searched as it stands. Numbers little-endian:
/// <code>
///  0 u32 magic "MFAD"    8 i64 taken at, Unix ms     24 i64 position of the index (an i64 position for each entry)
///  4 u32 version 2      16 i64 number of entries     32 SHA-256 of bytes 0 to 31 and of all from byte 64 on
/// 64 entries: u16 length and bytes of the key, then what the kind of key has
/// </code>
/// Keys are the domain, a zero byte, and a local part; nothing for the domain itself; or a byte that UTF-8 does not have for its oldest mailbox.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeadLength = 64;
    public const int HashedHeadLength = 32;
    public const uint Magic = 0x4441_464D;
    public const uint Version = 2;     // 1 had no state of customers
    public const byte HasMailbox = 1;
    public const byte HasAlias = 2;

    public static byte[] DomainKey(string domain) => [.. Encoding.UTF8.GetBytes(domain), 0];

    public static byte[] NameKey(AddressKey address) => [.. Encoding.UTF8.GetBytes(address.Domain), 0, .. Encoding.UTF8.GetBytes(address.LocalPart)];

    public static byte[] OldestKey(string domain) => [.. Encoding.UTF8.GetBytes(domain), 0, 0xFF];

    public static void WriteHead(Span<byte> head, DateTimeOffset takenAt, long entries, long index)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], takenAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], entries);
        BinaryPrimitives.WriteInt64LittleEndian(head[24..], index);
    }
}
