using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

public sealed record MailboxRow(
    MailboxId Id, DomainId Domain, CustomerId Customer, string Address, long QuotaBytes, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);
