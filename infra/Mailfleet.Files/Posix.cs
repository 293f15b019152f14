using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mailfleet.Files;

/// <summary>What .NET lacks: a directory cannot be opened as a handle, its sync hides failures, and its move looks before it renames.</summary>
public static partial class Posix
{
    private const int OpenDirectory = 0x10000; // O_DIRECTORY | O_RDONLY on x64; arm64 has its own number
    private const int OpenDirectoryArm = 0x4000;
    private const int FileExists = 17; // EEXIST

    /// <summary>Makes names in a directory durable: a new file is there after a power cut only once this has returned.</summary>
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
            throw Fault("fsync", "of a file");
    }

    /// <summary>Gives a file a second name; false when that name is taken. Of two that try at once, exactly one succeeds.</summary>
    public static bool TryLink(string path, string name)
    {
        if (Link(path, name) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == FileExists ? false : throw Fault("link", name);
    }

    private static IOException Fault(string call, string path) => new($"{call} {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string name);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
