using System.Globalization;
using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;

namespace Mailfleet.Store.Checking;

/// <summary>
/// The spools that stand beside a cell's segments, one directory a node: whether each message that waits can be read, and whether one was set aside.
/// Mail that waits is no problem; a file that its node drains meanwhile is passed over.
/// </summary>
internal sealed class SpoolCheck(bool deep)
{
    public List<StoreProblem> Problems { get; } = [];

    public long Messages { get; private set; }

    public async Task RunAsync(string root)
    {
        if (!System.IO.Directory.Exists(root))
            return;
        foreach (string directory in System.IO.Directory.GetDirectories(root).Order(StringComparer.Ordinal))
            await RunAsync(Path.GetFileName(directory), new SpoolDisk(directory));
    }

    internal async Task RunAsync(string node, ISpoolDisk disk)
    {
        foreach ((long file, long length) in disk.List(SpoolState.Waiting))
        {
            try
            {
                using ISegmentFile opened = disk.Open(file, SpoolState.Waiting);
                SpoolFile read = SpoolFile.Read(opened, length);
                Messages += read.Entries.Count;
                if (read.ReadableBytes < length)
                    Report(node, file, $"cannot be read from byte {read.ReadableBytes.ToString(CultureInfo.InvariantCulture)} on");
                foreach (SpoolEntry entry in deep ? read.Entries : [])
                {
                    if (!await SpoolFile.ReadPayloadAsync(opened, entry, static _ => ValueTask.CompletedTask))
                        Report(node, file, $"has damaged bytes in message {entry.Header.MessageId.ToString(CultureInfo.InvariantCulture)}");
                }
            }
            catch (FileNotFoundException)
            {
                continue;       // drained since it was listed
            }
        }

        foreach ((long file, _) in disk.List(SpoolState.Aside))
            Report(node, file, "was set aside: the cell could not take it");
    }

    private void Report(string node, long file, string what) =>
        Problems.Add(new StoreProblem($"spool of node {Uri.UnescapeDataString(node)}: file {file.ToString("x16", CultureInfo.InvariantCulture)} {what}."));
}
