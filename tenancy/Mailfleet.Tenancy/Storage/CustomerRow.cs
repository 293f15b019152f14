using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Storage;

/// <param name="StageUntil">When the stage ends by itself; null for never.</param>
/// <param name="Pinned">What was agreed with the customer whatever its plan says.</param>
public sealed record CustomerRow(
    CustomerId Id, ResellerId Parent, string Name, DateTimeOffset CreatedAt, CustomerStage Stage, DateTimeOffset? StageUntil, bool IsHeld, PlanId? Plan,
    PlanTerms Pinned, ProvisioningStatus Provisioning);
