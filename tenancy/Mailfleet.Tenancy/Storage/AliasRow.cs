using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Address">Its local part is <c>*</c> for a catch-all.</param>
/// <param name="IsForward">It goes before the mailbox of its address.</param>
public sealed record AliasRow(
    AliasId Id, DomainId Domain, CustomerId Customer, string Address, IReadOnlyList<string> Targets, bool IsForward, DateTimeOffset CreatedAt,
    ProvisioningStatus Provisioning);
