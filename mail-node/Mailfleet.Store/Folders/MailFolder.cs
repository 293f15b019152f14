namespace Mailfleet.Store.Folders;

/// <summary>A folder as it is at one moment.</summary>
/// <param name="Parent">Null on the top level.</param>
/// <param name="TotalCount">Messages, without those that a large delete has decided on.</param>
/// <param name="UnseenCount">Those of them without \Seen.</param>
/// <param name="TotalBytes">Sum of their logical sizes.</param>
/// <param name="UidNext">The UID that the next message gets; 2³² when there is none left.</param>
/// <param name="HighestModSeq">The last change of any message in it (RFC 7162 §3.1.2.1).</param>
/// <param name="ChangedModSeq">The last change of its name or place.</param>
public sealed record MailFolder(
    FolderId Id, FolderId? Parent, string Name, int TotalCount, int UnseenCount, long TotalBytes, uint UidValidity, long UidNext, long HighestModSeq, long ChangedModSeq)
{
    public FolderRole? Role => Id.Role;
}
