using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.Directory.Snapshots;

/// <summary>Writes one snapshot, entry by entry in the order of their keys, and gives it its name when it is whole: a reader finds the old one or the new one.</summary>
internal sealed class SnapshotWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<long> _index = [];
    private readonly MemoryStream _entry = new();
    private byte[] _lastKey = [];
    private long _position = SnapshotFormat.HeadLength;

    public SnapshotWriter(string path)
    {
        _path = path;
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _file = new FileStream(Unfinished, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 1 << 16,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _file.Write(new byte[SnapshotFormat.HeadLength]);
    }

    private string Unfinished => _path + ".new";

    public void AddDomain(string domain, long customer, long id, short state, string refusalText)
    {
        Begin(SnapshotFormat.DomainKey(domain));
        Put(customer);
        Put(id);
        Put((long)state);
        Put(Encoding.UTF8.GetBytes(refusalText));
        End();
    }

    public void AddName(AddressKey address, MailboxEntry? mailbox, AliasRow? alias)
    {
        Begin(SnapshotFormat.NameKey(address));
        _entry.WriteByte((byte)((mailbox is null ? 0 : SnapshotFormat.HasMailbox) | (alias is null ? 0 : SnapshotFormat.HasAlias)));
        if (mailbox is not null)
        {
            Put(mailbox.Key.Value);
            Put(mailbox.QuotaBytes);
        }

        if (alias is not null)
        {
            Put(alias.Id);
            Put(checked((ushort)alias.Targets.Count));
            foreach (string target in alias.Targets)
                Put(Encoding.UTF8.GetBytes(target));
        }

        End();
    }

    public void AddOldest(string domain, MailboxEntry mailbox)
    {
        Begin(SnapshotFormat.OldestKey(domain));
        Put(mailbox.Key.Value);
        Put(mailbox.QuotaBytes);
        Put(Encoding.UTF8.GetBytes(mailbox.Address));
        End();
    }

    public void Finish(DateTimeOffset takenAt)
    {
        byte[] head = new byte[SnapshotFormat.HeadLength];
        SnapshotFormat.WriteHead(head, takenAt, _index.Count, _position);
        byte[] position = new byte[sizeof(long)];
        foreach (long entry in _index)
        {
            BinaryPrimitives.WriteInt64LittleEndian(position, entry);
            Append(position);
        }

        // The head goes into the sum last: it is known last.
        _hash.AppendData(head, 0, SnapshotFormat.HashedHeadLength);
        _hash.GetHashAndReset().CopyTo(head, SnapshotFormat.HashedHeadLength);
        _file.Position = 0;
        _file.Write(head);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(Unfinished, _path, overwrite: true);
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _entry.Dispose();
        File.Delete(Unfinished);
    }

    private void Begin(byte[] key)
    {
        if (key.AsSpan().SequenceCompareTo(_lastKey) <= 0)
            throw new InvalidDataException("The database gives addresses in another order than their bytes have.");
        _lastKey = key;
        _entry.SetLength(0);
        Put(key);
    }

    private void End()
    {
        _index.Add(_position);
        Append(_entry.GetBuffer().AsSpan(0, (int)_entry.Length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _hash.AppendData(bytes);
        _position += bytes.Length;
    }

    private void Put(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _entry.Write(bytes);
    }

    private void Put(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _entry.Write(bytes);
    }

    private void Put(byte[] text)
    {
        Put(checked((ushort)text.Length));
        _entry.Write(text);
    }
}
