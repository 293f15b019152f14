namespace Mailfleet.Store;

/// <summary>The messages of a folder at one moment, in UID order.</summary>
public sealed record FolderSnapshot(uint UidValidity, IReadOnlyList<SnapshotMessage> Messages);
