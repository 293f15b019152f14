using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Resellers;

namespace Mailfleet.Tenancy.Events;

/// <summary>
/// What followers are told of a change. Types and properties are part of the API: added, never renamed. What stands in no case here is ours alone.
/// </summary>
/// <param name="Type"><c>mailbox.created</c></param>
internal sealed record PublicEvent(string Type, string ObjectId, object Data)
{
    /// <summary>The list that knows where the object stands; types begin with its name.</summary>
    public string Table => Type[..Type.IndexOf('.', StringComparison.Ordinal)];

    public static PublicEvent? Of(object change) => change switch
    {
        ResellerCreated e => new("reseller.created", e.Reseller.Value, new { e.Name, parentId = e.Parent?.Value }),
        CustomerCreated e => new("customer.created", e.Customer.Value, new { e.Name, parentId = e.Parent.Value }),
        DomainAdded e => new("domain.created", e.Domain.Value, new { e.Name, customerId = e.Customer.Value }),
        DomainProven e => new("domain.proven", e.Domain.Value, new { proof = e.Kind.ToString().ToUpperInvariant() }),
        DomainProofLost e => new("domain.proof_lost", e.Domain.Value, new { e.Reason, e.ReservedUntil }),
        DomainReleased e => new("domain.released", e.Domain.Value, new { e.Reason }),
        MailboxCreated e => new("mailbox.created", e.Mailbox.Value, new { e.Address, e.QuotaBytes, domainId = e.Domain.Value, customerId = e.Customer.Value }),
        MailboxPasswordSet e => new("mailbox.password_set", e.Mailbox.Value, new { }),
        MailboxDeleted e => new("mailbox.deleted", e.Mailbox.Value, new { }),
        AliasCreated e => new("alias.created", e.Alias.Value, new { e.Address, e.Targets, e.IsForward, domainId = e.Domain.Value, customerId = e.Customer.Value }),
        AliasTargetsSet e => new("alias.targets_set", e.Alias.Value, new { e.Targets }),
        AliasDeleted e => new("alias.deleted", e.Alias.Value, new { }),
        _ => null,
    };
}
