namespace Mailfleet.Store.Messages;

/// <summary>Flags that are a bit of the message's row. The numbers stand in rows. Names on the wire: RFC 3501 §2.3.2, RFC 8621 §4.1.1, IANA's IMAP keywords.</summary>
[Flags]
public enum MessageFlags
{
    None = 0,
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Draft = 8,
    Deleted = 16,
    Forwarded = 32,
    Junk = 64,
    NotJunk = 128,
    MdnSent = 256,
    Phishing = 512,
}
