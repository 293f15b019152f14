using Mailfleet.Tenancy.Provisioning;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>How far a list's row has come on its way to its cell, as columns.</summary>
internal static class ProvisioningColumns
{
    public const string Names = "p.cell, p.version, p.changed_at, p.applied_version, p.applied_at, p.refused_version, p.refused_at, p.refusal";

    /// <param name="at">Position of the first of the columns.</param>
    public static ProvisioningStatus Read(NpgsqlDataReader reader, int at)
    {
        long version = reader.GetInt64(at + 1);
        (ProvisioningState state, int since) = version switch
        {
            _ when reader.GetInt64(at + 3) >= version => (ProvisioningState.Applied, at + 4),
            _ when reader.GetInt64(at + 5) >= version => (ProvisioningState.Failed, at + 6),
            _ => (ProvisioningState.Pending, at + 2),
        };
        string? refusal = state == ProvisioningState.Failed ? reader.GetString(at + 7) : null;
        return new ProvisioningStatus(state, reader.GetString(at), version, reader.GetFieldValue<DateTimeOffset>(since), refusal);
    }
}
