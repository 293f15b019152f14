namespace Mailfleet.Tenancy.Provisioning;

public enum ProvisioningState
{
    /// <summary>The cell has not got this version yet.</summary>
    Pending,

    /// <summary>The cell has it.</summary>
    Applied,

    /// <summary>The cell refused it; it is tried again every minute.</summary>
    Failed,
}

/// <summary>How far one object has come on its way to its cell.</summary>
/// <param name="Version">The version wanted.</param>
/// <param name="At">When the state was reached.</param>
/// <param name="Refusal">Why it failed, for operators.</param>
public sealed record ProvisioningStatus(ProvisioningState State, string Cell, long Version, DateTimeOffset At, string? Refusal);
