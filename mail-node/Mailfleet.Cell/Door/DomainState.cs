namespace Mailfleet.Cell.Door;

/// <summary>Whether mail for the domain is local. Numbers are stored and never change meaning.</summary>
public enum DomainState : short
{
    /// <summary>Claimed but not proven: mailboxes may exist and log in, mail for the domain is not local.</summary>
    Pending = 0,
    Active = 1,

    /// <summary>The claim has ended; the name may belong to another object.</summary>
    Released = 9,
}
