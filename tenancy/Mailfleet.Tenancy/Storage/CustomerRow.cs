using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

public sealed record CustomerRow(CustomerId Id, ResellerId Parent, string Name, DateTimeOffset CreatedAt, ProvisioningStatus Provisioning);
