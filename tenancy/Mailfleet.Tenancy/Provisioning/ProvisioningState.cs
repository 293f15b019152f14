namespace Mailfleet.Tenancy.Provisioning;

/// <summary>Where an object stands on its way to its cell.</summary>
public enum ProvisioningState
{
    /// <summary>The cell has not got this version yet.</summary>
    Pending,

    /// <summary>The cell has it.</summary>
    Applied,

    /// <summary>The cell refused it; it is tried again every minute.</summary>
    Failed,
}
