namespace Mailfleet.Store.Listing;

/// <summary>A place in a folder by date: the next page begins below it. It stays good whatever comes and goes meanwhile.</summary>
public readonly record struct FolderPosition(DateTimeOffset ReceivedAt, uint Uid);
