namespace Mailfleet.Store.Reading;

/// <summary>What changes whenever the messages of a folder do.</summary>
/// <param name="NewestDeletion">The newest pending large delete; 0 when there is none.</param>
internal readonly record struct FolderState(long UidValidity, long HighestModSeq, long NewestDeletion);
