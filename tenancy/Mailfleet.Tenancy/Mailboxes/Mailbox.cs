using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Mailboxes;

public sealed record MailboxCreated(
    MailboxId Mailbox, DomainId Domain, CustomerId Customer, string LocalPart, string Address, long QuotaBytes, DateTimeOffset At);

/// <summary>That a password was set, not which: the hash goes to the cell by a sealed command and stands in no event.</summary>
public sealed record MailboxPasswordSet(MailboxId Mailbox, string By, DateTimeOffset At);

public sealed record MailboxDeleted(MailboxId Mailbox, string By, DateTimeOffset At);

/// <summary>An account with its address.</summary>
public sealed record Mailbox(MailboxId Id, DomainId Domain, CustomerId Customer, string LocalPart, string Address, long QuotaBytes, bool IsDeleted)
    : IEventSourced<Mailbox>
{
    public static Mailbox? Apply(Mailbox? state, object change) => (state, change) switch
    {
        (null, MailboxCreated e) => new Mailbox(e.Mailbox, e.Domain, e.Customer, e.LocalPart, e.Address, e.QuotaBytes, IsDeleted: false),
        ({ } mailbox, MailboxDeleted) => mailbox with { IsDeleted = true },
        _ => state,
    };
}
