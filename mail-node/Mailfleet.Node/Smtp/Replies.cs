using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Smtp;

/// <summary>What the node itself answers (CONTRACTS.md, "SMTP and POP3 answers"); the rest are the protocol's.</summary>
internal static class Replies
{
    public static readonly SmtpReply MailboxGone = new(450, "4.2.1", "A recipient's mailbox has just changed; try again later");

    public static readonly SmtpReply SendingTooMuch = new(451, "4.7.1", "Your account has sent as much as it may for now, try again later");

    public static readonly SmtpReply TooManyMessages = new(451, "4.7.1", "Too many messages from your address, try again later");

    public static readonly SmtpReply TooManyHops = new(554, "5.4.6", "Too many Received fields: the message goes in circles");

    public static readonly SmtpReply DeliveredBefore = new(554, "5.4.6", "The message has been delivered to this address before (Delivered-To): it goes in circles");

    public static readonly SmtpReply HeaderTooLarge = new(552, "5.3.4", "The message's header is too large");

    public static readonly SmtpReply SeveralFrom = new(550, "5.6.0", "The message has more than one From field (RFC 5322 3.6 allows one)");

    public static readonly SmtpReply NoFrom = new(550, "5.6.0", "The message has no From field with an address (RFC 5322 3.6 asks for one)");

    public static readonly SmtpReply MalformedHeader = new(550, "5.6.0", "The header has a line that is no field (RFC 5322 2.2); is there an empty line before the text?");

    public static readonly SmtpReply StoreTrouble = new(451, "4.3.0", "The message could not be stored; nothing was accepted, try again later");

    public static readonly SmtpReply DirectoryAway = new(451, "4.3.0", "Whether this address exists cannot be told now; try again later");

    /// <summary>Said to users who know their password, by every protocol.</summary>
    public const string AccessBlocked = "Access to this account is blocked; mail may still arrive. Ask whoever manages your account";

    public static readonly SmtpReply SendingBlocked = new(550, "5.7.1", "Sending is blocked for your account; ask whoever manages it");

    public static SmtpReply Closed(CustomerStanding standing) => standing.Reception == Reception.Deferred
        ? new(450, "4.2.1", standing.Text ?? "This address takes no mail for now; try again later")
        : new(550, "5.2.1", standing.Text ?? "This address takes no mail any more");

    public static SmtpReply Accepted(string id) => new(250, "2.0.0", $"Stored as {id}");

    public static SmtpReply MailboxFull(MailAddress address) => new(452, "4.2.2", $"The mailbox of {address} is full");

    public static SmtpReply SomeMailboxFull { get; } = new(452, "4.2.2", "A recipient's mailbox has no room for this message; nothing was delivered");

    public static SmtpReply NoSuchMailbox(MailAddress address) => new(550, "5.1.1", $"There is no mailbox {address} here");

    public static SmtpReply AliasLoop(MailAddress address) => new(554, "5.4.6", $"The aliases behind {address} lead to each other and to no mailbox");

    public static SmtpReply AliasTooLarge(MailAddress address) => new(550, "5.2.4", $"{address} leads through too many aliases or to too many mailboxes");

    public static SmtpReply RelayingDenied(MailAddress address) => new(550, "5.7.1", $"Mail for {address.Domain} is not taken here; relaying needs a log-in at the submission port");

    public static SmtpReply SenderNotYours(MailAddress address) => new(553, "5.7.1", $"You may not send as {address}; use an address of the mailbox you logged in to");

    public static SmtpReply FromNotYours(MailAddress address) => new(550, "5.7.1", $"You may not write as {address} in From; use an address of the mailbox you logged in to");
}
