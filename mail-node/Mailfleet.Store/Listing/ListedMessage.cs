using Mailfleet.Message.Summaries;
using Mailfleet.Store.Messages;

namespace Mailfleet.Store.Listing;

/// <summary>One line of a list.</summary>
/// <param name="Envelope">Empty when the message's bytes are damaged or it went this moment.</param>
public sealed record ListedMessage(
    long EmailId, uint Uid, long ThreadId, FlagSet Marks, long ModSeq, long SizeBytes, DateTimeOffset ReceivedAt, MessageEnvelope Envelope, string Preview, bool HasAttachment)
{
    public FolderPosition Position => new(ReceivedAt, Uid);
}
