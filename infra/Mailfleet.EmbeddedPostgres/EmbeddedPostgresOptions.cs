namespace Mailfleet.EmbeddedPostgres;

/// <summary>Where and how the embedded server runs.</summary>
/// <param name="Directory">Directory that holds the cluster; as root it must be reachable by the unprivileged user the server runs as.</param>
/// <param name="Port">TCP port on 127.0.0.1.</param>
/// <param name="SuperuserPassword">Password of the role <see cref="PostgresServer.Superuser"/>, set when the cluster is made.</param>
public sealed record EmbeddedPostgresOptions(string Directory, int Port, string SuperuserPassword)
{
    /// <summary>False only for tests whose data nobody needs after a power cut.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>A cluster that is there already belongs to an installation that is gone: it is kept beside the new one, never used and never deleted.</summary>
    public bool SetsEarlierClusterAside { get; init; }

    /// <summary>Connection budget of a standalone: the pools of control plane, door, node and check together stay below it.</summary>
    public int MaxConnections { get; init; } = 80;
}
