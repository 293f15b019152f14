using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>
/// The node's own disk under its spool: real, or in tests one that forgets what was not synced. A file's state is its name. Faults are <see cref="IOException"/>s
/// and <see cref="UnauthorizedAccessException"/>s.
/// </summary>
internal interface ISpoolDisk
{
    /// <summary>Makes an empty, unfinished file; fails when it exists.</summary>
    ISegmentFile Create(long file);

    /// <summary>Renames; durable after <see cref="SyncNames"/>.</summary>
    void Move(long file, SpoolState from, SpoolState to);

    void SyncNames();

    /// <summary>Opens for reading. <see cref="FileNotFoundException"/> when there is no such file.</summary>
    ISegmentFile Open(long file, SpoolState state);

    void Delete(long file, SpoolState state);

    /// <summary>The files of a state and their lengths, oldest first.</summary>
    IReadOnlyList<(long File, long Length)> List(SpoolState state);
}
