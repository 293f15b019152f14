using Mailfleet.Files;
using Microsoft.Win32.SafeHandles;

namespace Mailfleet.Store.Segments;

/// <summary>A file of the real disk, of segments and of the spool.</summary>
internal sealed class SegmentFile(SafeFileHandle handle) : ISegmentFile
{
    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position) => RandomAccess.Write(handle, pieces, position);

    public void Sync() => Posix.SyncFile(handle);

    public int Read(Span<byte> buffer, long position)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[total..], position + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    public void Dispose() => handle.Dispose();
}
