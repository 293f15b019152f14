namespace Mailfleet.Tenancy.Rights;

/// <summary>What somebody is to the tree at their place in it. Names are stored and never change meaning; GraphQL shows them in UPPER_SNAKE_CASE.</summary>
public enum Role
{
    /// <summary>Owner of the fleet.</summary>
    Operator,

    /// <summary>Helps customers of the whole fleet: sees everything but mail, changes little.</summary>
    OperatorSupport,

    OperatorReadOnly,

    ResellerOwner,

    /// <summary>Runs the reseller's customers, without a say over its people and resellers below.</summary>
    ResellerStaff,

    /// <summary>Money alone: sees whom to bill, and no mailbox.</summary>
    ResellerBilling,

    ResellerReadOnly,

    CustomerOwner,

    /// <summary>Runs domains and mailboxes.</summary>
    CustomerAdmin,

    /// <summary>Makes and removes mailboxes, and can get into none that is in use: sets no passwords.</summary>
    CustomerUserManager,

    /// <summary>Money alone: sees no mailbox.</summary>
    CustomerBilling,

    /// <summary>Sees everything of the customer but mail, and changes nothing.</summary>
    CustomerAuditor,

    /// <summary>Runs the mailboxes of one domain.</summary>
    DomainAdmin,

    /// <summary>Owner of one mailbox: what they change about themselves is the cell's, so they have no rights here.</summary>
    EndUser,

    /// <summary>Somebody who signs up: acts only on the customer this makes.</summary>
    Visitor,
}
