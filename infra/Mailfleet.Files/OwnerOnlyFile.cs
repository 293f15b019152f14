using System.Text;

namespace Mailfleet.Files;

/// <summary>Files that only their owner may read (mode 0600), written whole or not at all, and durable when the call returns.</summary>
public static class OwnerOnlyFile
{
    /// <summary>Writes the file, in place of an earlier one of its name.</summary>
    public static void Write(string path, string content)
    {
        string draft = WriteDraft(path, Encoding.UTF8.GetBytes(content));
        File.Move(draft, path, overwrite: true);
        SyncName(path);
    }

    /// <summary>Makes the file unless there is one: of several that try at once, one succeeds, and all read what it wrote.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        string draft = WriteDraft(path, content);
        try
        {
            bool isFirst = Posix.TryLink(draft, path);
            SyncName(path);
            return isFirst;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    // Beside the file, under a name of its own: a crash leaves a draft, never half a file, and two writers never share one.
    private static string WriteDraft(string path, ReadOnlySpan<byte> content)
    {
        string draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Guid.NewGuid():N}.draft");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream file = new(draft, options);
        file.Write(content);
        file.Flush();
        Posix.SyncFile(file.SafeFileHandle);
        return draft;
    }

    private static void SyncName(string path) => Posix.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
