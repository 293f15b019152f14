using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Name">As A-labels.</param>
public sealed record DomainRow(DomainId Id, CustomerId Customer, string Name, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);
