using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;

namespace Mailfleet.Store;

/// <summary>One mailbox that a message goes to. Control characters in the texts are replaced, so that no header line can be smuggled in.</summary>
/// <param name="ReturnPath">Reverse-path without brackets, empty for the null one.</param>
/// <param name="DeliveredTo">
/// The address this mailbox got it by. Empty: the message was not delivered but put there (APPEND, import, a sent copy), and reads back byte for byte as it came.
/// </param>
public sealed record DeliveryTarget(MailboxKey Mailbox, string ReturnPath, string DeliveredTo)
{
    public FolderId Folder { get; init; } = FolderId.Inbox;

    /// <summary>What becomes of the message when the folder is gone by then: into the inbox, because accepted mail is never lost, or a refusal, because whoever puts it there is listening.</summary>
    public bool RefuseWhenFolderIsGone { get; init; }

    public FlagSet Flags { get; init; } = FlagSet.None;

    /// <summary>When it arrived, if that was not now; a time in the future is taken for now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }
}
