namespace Mailfleet.Store.Checking;

/// <param name="Deep">Also reads every stored byte and compares its sum.</param>
/// <param name="Repair">Puts counters right, each mailbox under its lock. Bytes and rows of messages are never touched.</param>
public sealed record StoreCheckOptions(bool Deep = false, bool Repair = false)
{
    /// <summary>Directory with one spool a node; none is looked at when null.</summary>
    public string? SpoolDirectory { get; init; }
}
