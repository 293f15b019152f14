using Mailfleet.Store.Folders;

namespace Mailfleet.Store.Messages;

/// <summary>A message that was moved or copied.</summary>
/// <param name="SourceId">The e-mail it was made of; a move keeps its id.</param>
/// <param name="EmailId">The e-mail in the folder it went to.</param>
public readonly record struct TransferredMessage(long SourceId, FolderId SourceFolder, uint SourceUid, long EmailId, uint Uid);
