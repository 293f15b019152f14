namespace Mailfleet.Store.Checking;

/// <param name="Deep">Also reads every stored byte and compares its sum.</param>
/// <param name="Repair">Puts counters, places of folders, keywords and the record of changes right, each mailbox under its lock, and forgets summaries without a copy. Bytes are never touched, nor is any message removed.</param>
public sealed record StoreCheckOptions(bool Deep = false, bool Repair = false)
{
    /// <summary>Directory with one spool a node; none is looked at when null.</summary>
    public string? SpoolDirectory { get; init; }
}
