using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Cell;

namespace Mailfleet.Directory.Snapshots;

/// <summary>A cell's addresses as a file has them, held as the bytes that it has: some 50 an address, searched by halves.</summary>
internal sealed class AddressSnapshot : INameRows
{
    private readonly byte[] _bytes;
    private readonly int _index;
    private readonly int _entries;

    private AddressSnapshot(byte[] bytes, DateTimeOffset takenAt, int entries, int index) => (_bytes, TakenAt, _entries, _index) = (bytes, takenAt, entries, index);

    /// <summary>What the cell's database has said later is not in it.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>Null when the file is damaged or of a version that this release does not read.</summary>
    public static AddressSnapshot? TryLoad(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < SnapshotFormat.HeadLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != SnapshotFormat.Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) != SnapshotFormat.Version)
            return null;

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes.AsSpan(SnapshotFormat.HeadLength));
        hash.AppendData(bytes.AsSpan(0, SnapshotFormat.HashedHeadLength));
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(bytes.AsSpan(SnapshotFormat.HashedHeadLength, SnapshotFormat.HeadLength - SnapshotFormat.HashedHeadLength)))
            return null;

        // The sum is right, so the numbers are what was written.
        return new AddressSnapshot(
            bytes,
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8))),
            checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16))),
            checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24))));
    }

    public Task<IReadOnlyDictionary<AddressKey, NameRow>> FindNamesAsync(IReadOnlyCollection<AddressKey> names, CancellationToken cancellationToken)
    {
        Dictionary<AddressKey, NameRow> found = new(names.Count);
        foreach (AddressKey name in names)
        {
            if (Find(SnapshotFormat.DomainKey(name.Domain)) is not { } domain)
                continue;
            NameRow nobody = new(Customer: domain.TakeLong(), Domain: domain.TakeLong(), Standing: TakeStanding(domain), Alias: null, Mailbox: null);
            found[name] = Find(SnapshotFormat.NameKey(name)) is { } entry ? ReadName(nobody, name, entry) : nobody;
        }

        return Task.FromResult<IReadOnlyDictionary<AddressKey, NameRow>>(found);
    }

    public Task<MailboxEntry?> FindFirstMailboxAsync(string name, long domain, CancellationToken cancellationToken)
    {
        if (Find(SnapshotFormat.DomainKey(name)) is not { } owner || Find(SnapshotFormat.OldestKey(name)) is not { } entry)
            return Task.FromResult<MailboxEntry?>(null);
        (long id, long quota) = (entry.TakeLong(), entry.TakeLong());
        return Task.FromResult<MailboxEntry?>(new MailboxEntry(new MailboxKey(id), entry.TakeText(), quota, owner.TakeLong()));
    }

    private static CustomerStanding TakeStanding(Cursor domain) =>
        CustomerStanding.Of((short)domain.TakeLong(), domain.TakeText() is { Length: > 0 } text ? text : null);

    private static NameRow ReadName(NameRow nobody, AddressKey name, Cursor entry)
    {
        byte has = entry.TakeByte();
        MailboxEntry? mailbox = (has & SnapshotFormat.HasMailbox) == 0
            ? null
            : new MailboxEntry(new MailboxKey(entry.TakeLong()), name.ToString(), entry.TakeLong(), nobody.Customer) { Standing = nobody.Standing };
        if ((has & SnapshotFormat.HasAlias) == 0)
            return nobody with { Mailbox = mailbox };

        long alias = entry.TakeLong();
        string[] targets = new string[entry.TakeShort()];
        for (int index = 0; index < targets.Length; index++)
            targets[index] = entry.TakeText();
        return nobody with { Alias = new AliasRow(alias, targets), Mailbox = mailbox };
    }

    /// <summary>What stands behind the key; null when it is not there.</summary>
    private Cursor? Find(byte[] key)
    {
        (int low, int high) = (0, _entries - 1);
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            Cursor entry = new(_bytes, checked((int)BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(_index + (middle * sizeof(long))))));
            int order = entry.TakeBytes().SequenceCompareTo(key);
            if (order == 0)
                return entry;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Reads on from a place.</summary>
    private sealed class Cursor(byte[] bytes, int position)
    {
        private int _position = position;

        public byte TakeByte() => bytes[_position++];

        public ushort TakeShort()
        {
            _position += sizeof(ushort);
            return BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(_position - sizeof(ushort)));
        }

        public long TakeLong()
        {
            _position += sizeof(long);
            return BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(_position - sizeof(long)));
        }

        public ReadOnlySpan<byte> TakeBytes()
        {
            int length = TakeShort();
            _position += length;
            return bytes.AsSpan(_position - length, length);
        }

        public string TakeText() => Encoding.UTF8.GetString(TakeBytes());
    }
}
