namespace Mailfleet.Tenancy.Rights;

/// <summary>Kinds of nodes in the tree, from the root down. A role is held at nodes of one level.</summary>
public enum Level
{
    Fleet,
    Reseller,
    Customer,
    Domain,
    Mailbox,
}
