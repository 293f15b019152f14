using Mailfleet.Cell;

namespace Mailfleet.Directory;

/// <summary>What the cell knows of an address.</summary>
public abstract record Resolution
{
    private Resolution() { }

    /// <summary>The mailbox whose address it is, whether mail for it goes there or not: of its name, or the one that alone gets the mail. Null when nobody's alone.</summary>
    public MailboxKey? Owner { get; init; }

    /// <summary>The domain is not one of this cell's proven, active domains.</summary>
    public sealed record NotLocal : Resolution;

    /// <summary>The domain is local, the local part is nobody's, or leads to nobody.</summary>
    public sealed record NoSuchMailbox : Resolution;

    /// <param name="Mailboxes">At least one, each once.</param>
    public sealed record Found(IReadOnlyList<MailboxEntry> Mailboxes) : Resolution;

    /// <summary>It leads to addresses that are not local, and perhaps to mailboxes here too.</summary>
    /// <param name="Targets">At least one, each once.</param>
    /// <param name="Mailboxes">Each once; may be empty.</param>
    public sealed record Elsewhere(IReadOnlyList<ForwardTarget> Targets, IReadOnlyList<MailboxEntry> Mailboxes) : Resolution;

    /// <summary>Its aliases lead to each other and to no mailbox.</summary>
    public sealed record Loop : Resolution;

    /// <summary>It is somebody's whose customer takes no mail now, or any more.</summary>
    /// <param name="Standing">Why, and what senders are told.</param>
    public sealed record Closed(CustomerStanding Standing) : Resolution;

    /// <summary>It cannot be told now: the cell's database is away and what this node has kept does not have it.</summary>
    public sealed record Unknown : Resolution;

    /// <summary>It leads through too many aliases or to too many mailboxes.</summary>
    public sealed record TooLarge : Resolution;
}
