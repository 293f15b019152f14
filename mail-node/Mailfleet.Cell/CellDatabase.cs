using Npgsql;

namespace Mailfleet.Cell;

/// <summary>Brings a cell database to this release's schema.</summary>
public static class CellDatabase
{
    /// <summary>The role of the control plane in a cell; the embedded server and the deployment scripts create it.</summary>
    public const string DoorRole = "mailfleet_door";

    /// <summary>Runs the forward-only migrations under an advisory lock, as the owner. Needs the door role to exist.</summary>
    public static Task MigrateAsync(NpgsqlDataSource owner, CancellationToken cancellationToken) => throw new NotSupportedException(owner.ToString());
}
