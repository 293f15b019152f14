using Mailfleet.Cell.Migrations;
using Npgsql;

namespace Mailfleet.Cell;

/// <summary>Brings a cell database to this release's schema.</summary>
public static class CellDatabase
{
    /// <summary>The role of the control plane in a cell; the embedded server and the deployment scripts create it.</summary>
    public const string DoorRole = "mailfleet_door";

    /// <summary>
    /// Number of this release, one more with each release that adds migrations. A program runs on its own schema and on the next release's
    /// (a rolling upgrade migrates while old nodes still work), and refuses anything newer.
    /// </summary>
    internal const int Release = 1;

    /// <summary>Runs the forward-only migrations under an advisory lock, as the owner. Needs the door role to exist.</summary>
    /// <exception cref="CellSchemaException">The database does not fit this program; the text says in what.</exception>
    public static Task MigrateAsync(NpgsqlDataSource owner, CancellationToken cancellationToken) =>
        new Migrator(owner, Migration.Embedded(), Release).RunAsync(cancellationToken);
}
