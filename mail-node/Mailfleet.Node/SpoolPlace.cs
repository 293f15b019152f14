using Mailfleet.Node.Options;
using Mailfleet.Store.Spooling;

namespace Mailfleet.Node;

/// <summary>Where a node's spool and its copy of the cell's addresses stand. Nodes of one machine may share the directory: each has one of its name in it.</summary>
public static class SpoolPlace
{
    /// <summary>The directory with one spool for each node.</summary>
    public static string Root(string setting, string segments) =>
        setting.Length > 0 ? Path.GetFullPath(setting) : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(segments)))!, "spool");

    /// <summary>Null for a node that keeps nothing. One that no longer receives still brings in what it has.</summary>
    internal static SpoolOptions? Of(NodeOptions options, string node)
    {
        string directory = Path.Combine(Root(options.Spool.Directory, options.Cell.Segments), Uri.EscapeDataString(node));
        long bytes = NodeRoles.Has(options, NodeRoles.Mx) ? options.Spool.Bytes : 0;
        return bytes == 0 && !System.IO.Directory.Exists(directory)
            ? null
            : new SpoolOptions(directory)
            {
                MaxBytes = bytes,
                MaxAge = TimeSpan.FromMinutes(options.Spool.Minutes),
                Patience = TimeSpan.FromSeconds(options.Spool.PatienceSeconds),
            };
    }
}
