using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mailfleet.Store.Segments;

/// <summary>What .NET lacks: a directory cannot be opened as a handle, so its sync (a new file's name is durable only after it) needs three calls of libc.</summary>
internal static partial class Posix
{
    private const int OpenDirectory = 0x10000; // O_DIRECTORY | O_RDONLY on x64; arm64 has its own number
    private const int OpenDirectoryArm = 0x4000;

    public static void SyncDirectory(string path)
    {
        int descriptor = Open(path, RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? OpenDirectoryArm : OpenDirectory);
        if (descriptor < 0)
            throw Fault("open", path);
        try
        {
            if (Sync(descriptor) < 0)
                throw Fault("fsync", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>RandomAccess.FlushToDisk was seen to return normally when fsync failed with EIO: a 250 would have been a lie.</summary>
    public static void SyncFile(SafeFileHandle file)
    {
        if (Sync(file) < 0)
            throw Fault("fsync", "of a segment");
    }

    private static IOException Fault(string call, string path) => new($"{call} {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
