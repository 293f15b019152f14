using Mailfleet.Store.Messages;

namespace Mailfleet.Store.Listing;

/// <summary>A message of a folder without what it says.</summary>
public readonly record struct FolderEntry(long EmailId, uint Uid, FlagSet Marks, long ModSeq, long SizeBytes, DateTimeOffset ReceivedAt);
