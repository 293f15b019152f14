using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

public sealed record CustomerRow(CustomerId Id, ResellerId Parent, string Name, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);

/// <param name="Name">As A-labels.</param>
public sealed record DomainRow(DomainId Id, CustomerId Customer, string Name, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);

public sealed record MailboxRow(
    MailboxId Id, DomainId Domain, CustomerId Customer, string Address, long QuotaBytes, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);
