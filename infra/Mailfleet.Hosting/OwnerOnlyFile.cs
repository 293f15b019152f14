namespace Mailfleet.Hosting;

/// <summary>Files that only their owner may read (mode 0600), written whole or not at all.</summary>
public static class OwnerOnlyFile
{
    public static void Write(string path, string content)
    {
        string unfinished = path + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (FileStream file = new(unfinished, options))
        {
            using StreamWriter writer = new(file, leaveOpen: true);
            writer.Write(content);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
