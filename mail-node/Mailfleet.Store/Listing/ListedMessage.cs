using Mailfleet.Message.Summaries;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;

namespace Mailfleet.Store.Listing;

/// <summary>One line of a list: a message as it is at one moment.</summary>
/// <param name="Envelope">Empty when the message's bytes are damaged or it went this moment.</param>
public sealed record ListedMessage(
    long EmailId, FolderId Folder, uint Uid, long ThreadId, FlagSet Marks, long ModSeq, long SizeBytes, DateTimeOffset ReceivedAt, MessageEnvelope Envelope, string Preview, bool HasAttachment)
{
    public FolderPosition Position => new(ReceivedAt, Uid);
}
