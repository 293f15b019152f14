namespace Mailfleet.Cell.Door;

/// <summary>What a customer may do on the wire. Numbers are stored and never change meaning.</summary>
public enum CustomerState : short
{
    Active = 1,
}

/// <summary>Whether mail for the domain is local. Numbers are stored and never change meaning.</summary>
public enum DomainState : short
{
    /// <summary>Claimed but not proven: mailboxes may exist and log in, mail for the domain is not local.</summary>
    Pending = 0,
    Active = 1,

    /// <summary>The claim has ended; the name may belong to another object.</summary>
    Released = 9,
}

/// <summary>Numbers are stored and never change meaning.</summary>
public enum MailboxState : short
{
    Active = 1,
    Deleted = 9,
}

/// <summary>What the control plane wants the cell to hold. <c>Version</c> grows with every change of the object; an older or equal one changes nothing.</summary>
/// <param name="Id">Public id, <c>cus_…</c></param>
public sealed record DesiredCustomer(string Id, long Version, CustomerState State);

/// <param name="Id">Public id, <c>dom_…</c></param>
/// <param name="Name">Lower-case A-labels without a final dot.</param>
public sealed record DesiredDomain(string Id, long Version, string CustomerId, string Name, DomainState State);

/// <param name="Id">Public id, <c>mbx_…</c></param>
/// <param name="LocalPart">Canonical (lower-case) local part, without sub-address.</param>
public sealed record DesiredMailbox(string Id, long Version, string DomainId, string LocalPart, long QuotaBytes, MailboxState State);

/// <summary>One page of desired state, applied in one transaction in the order customers, domains, mailboxes.</summary>
public sealed record DesiredBatch(
    IReadOnlyList<DesiredCustomer> Customers, IReadOnlyList<DesiredDomain> Domains, IReadOnlyList<DesiredMailbox> Mailboxes);

/// <summary>What the cell now holds of one object.</summary>
/// <param name="Refusal">Why the row could not be applied, or null when the cell has this version or a newer one.</param>
public sealed record AppliedRow(string Id, long Version, string? Refusal);

/// <summary>Sets a mailbox's password. Applied only when its version is above the one the cell holds.</summary>
/// <param name="Hash">PHC string of an Argon2id hash (<see cref="Passwords.PasswordHash"/>); never the password itself.</param>
public sealed record SetPasswordCommand(string MailboxId, long Version, string Hash);
