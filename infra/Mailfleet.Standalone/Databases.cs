using Mailfleet.Cell;
using Mailfleet.EmbeddedPostgres;
using Mailfleet.Hosting;
using Npgsql;

namespace Mailfleet.Standalone;

/// <summary>The two databases of a standalone and the roles that use them: owners for migrations and hosts, the door for the control plane in the cell.</summary>
internal sealed class Databases(DataDirectory directory, int port)
{
    private const string ControlRole = "mailfleet_control";
    private const string CellRole = "mailfleet_cell";

    // Together below the server's budget of 80, with room for check and a second node.
    public string Control => Connection(ControlRole, ControlRole, poolSize: 24);

    public string Cell => Connection(CellRole, CellRole, poolSize: 16);

    public string Door => Connection(CellRole, CellDatabase.DoorRole, poolSize: 8);

    public EmbeddedPostgresOptions Server => new(directory.Postgres, port, Password(PostgresServer.Superuser)) { SetsEarlierClusterAside = directory.IsNew };

    /// <summary>Makes roles and databases that are missing, and sets the passwords to those of the data directory.</summary>
    /// <exception cref="StartException">The cluster has another superuser password than the data directory.</exception>
    public async Task EnsureAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureObjectsAsync(server, cancellationToken);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new StartException(
                $"The database in {directory.Postgres} does not take the passwords in {directory.Keys}: they belong to different installations. "
                + $"Put the right keys back from a backup, or move {directory.Postgres} and {directory.Root} away to start anew.", problem);
        }
    }

    private async Task EnsureObjectsAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource superuser = NpgsqlDataSource.Create(server.SuperuserConnection("postgres"));
        foreach (string role in (string[])[ControlRole, CellRole, CellDatabase.DoorRole])
            await ServerObjects.EnsureRoleAsync(superuser, role, Password(role), cancellationToken);
        foreach (string database in (string[])[ControlRole, CellRole])
            await ServerObjects.EnsureDatabaseAsync(superuser, database, owner: database, cancellationToken);
    }

    /// <summary>Before anything serves the cell: the control plane provisions into it, and the demo tenant is there before a port is open.</summary>
    public async Task MigrateCellAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource cell = NpgsqlDataSource.Create(Cell);
        await CellDatabase.MigrateAsync(cell, cancellationToken);
    }

    private string Password(string role) => DataDirectory.Secret(Path.Combine(directory.Keys, $"postgres-{role}"));

    private string Connection(string database, string role, int poolSize) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Database = database,
        Username = role,
        Password = Password(role),
        MaxPoolSize = poolSize,
        ApplicationName = "mailfleet",
    }.ConnectionString;
}
