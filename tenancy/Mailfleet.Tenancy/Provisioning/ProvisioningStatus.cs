namespace Mailfleet.Tenancy.Provisioning;

/// <summary>How far one object has come on its way to its cell.</summary>
/// <param name="Version">The version wanted.</param>
/// <param name="At">When the state was reached.</param>
/// <param name="Refusal">Why it failed, for operators.</param>
public sealed record ProvisioningStatus(ProvisioningState State, string Cell, long Version, DateTimeOffset At, string? Refusal);
