using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mailfleet.Files;
using Mailfleet.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL server of our own on 127.0.0.1. Guarantees: a cluster is either whole or made anew, a server left over from a killed parent is stopped
/// and started again, and one that dies is restarted while this object lives.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    public const string Superuser = "mailfleet";

    private const int TriesAfterCrash = 30;

    private readonly EmbeddedPostgresOptions _options;
    private readonly ILogger _logger;
    private readonly string _binaries;
    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;

    private PostgresServer(EmbeddedPostgresOptions options, ILogger logger, string binaries) => (_options, _logger, _binaries) = (options, logger, binaries);

    private string Cluster => Path.Combine(_options.Directory, "data");

    private string ServerLog => Path.Combine(_options.Directory, "server.log");

    /// <summary>Makes the cluster if there is none, starts the server and waits until it answers.</summary>
    /// <exception cref="StartException">It cannot run here; the message says why and what to do.</exception>
    public static async Task<PostgresServer> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        PostgresServer server = new(options, logger, PostgresBinaries.Find());
        await server.StopLeftOverAsync(cancellationToken);
        if (options.SetsEarlierClusterAside)
            server.SetEarlierClusterAside();
        await server.CreateClusterAsync(cancellationToken);
        EnsurePortIsFree(options.Port);
        await server.StartAfterCrashAsync(cancellationToken);
        server._watch = server.WatchAsync(server._stopping.Token);
        return server;
    }

    /// <summary>Connection string of the superuser, for making roles and databases only.</summary>
    public string SuperuserConnection(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _options.Port,
        Username = Superuser,
        Password = _options.SuperuserPassword,
        Database = database,
        Pooling = false,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        (int exitCode, string output) = await RunAsync("pg_ctl", ["stop", "-D", Cluster, "-m", "fast", "-w", "-t", "60"], CancellationToken.None);
        if (exitCode != 0)
            LogStopFailed(output.Trim());
        _stopping.Dispose();
    }

    private void SetEarlierClusterAside()
    {
        if (!Directory.Exists(Cluster))
            return;
        string aside = Enumerable.Range(1, int.MaxValue).Select(number => $"{Cluster}.earlier-{number}").First(path => !Directory.Exists(path));
        Directory.Move(Cluster, aside);
        LogSetAside(aside);
    }

    // initdb into a name of its own and rename: a cluster that a crash left half made is never used.
    private async Task CreateClusterAsync(CancellationToken cancellationToken)
    {
        await UnprivilegedUser.OwnDirectoryAsync(_options.Directory, cancellationToken);
        if (Directory.Exists(Cluster))
            return;

        string unfinished = Path.Combine(_options.Directory, "data.new");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);

        string passwordFile = Path.Combine(_options.Directory, "initdb.password");
        OwnerOnlyFile.Write(passwordFile, _options.SuperuserPassword);
        await UnprivilegedUser.OwnFileAsync(passwordFile, cancellationToken);
        try
        {
            List<string> arguments = ["-D", unfinished, "-U", Superuser, "--pwfile", passwordFile, "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8"];
            if (!_options.IsDurable)
                arguments.Add("--no-sync");
            (int exitCode, string output) = await RunAsync("initdb", arguments, cancellationToken);
            if (exitCode != 0)
                throw new StartException($"initdb failed in {_options.Directory}: {output.Trim()}");
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, Cluster);
    }

    // Its parent was killed: nobody drains it, and its settings may be of another start. Crash recovery is what makes "immediate" safe.
    private async Task StopLeftOverAsync(CancellationToken cancellationToken)
    {
        if (ReadPostmasterId() is not int leftOver || !IsAlive(leftOver))
            return;

        LogLeftOver(leftOver);
        (int exitCode, string output) = await RunAsync("pg_ctl", ["stop", "-D", Cluster, "-m", "immediate", "-w"], cancellationToken);
        if (exitCode != 0 && IsAlive(leftOver))
            throw new StartException($"A PostgreSQL server left over from an earlier run (process {leftOver}) does not stop: {output.Trim()}");
    }

    private static void EnsurePortIsFree(int port)
    {
        using TcpListener probe = new(IPAddress.Loopback, port);
        try
        {
            probe.Start();
        }
        catch (SocketException problem)
        {
            throw new StartException(
                $"Port {port} on 127.0.0.1, which the embedded PostgreSQL needs, is in use. Stop what uses it, or choose other ports with --port-offset.", problem);
        }
    }

    // A postmaster that was killed leaves its process id behind, and backends that hold its memory until they notice: they need a moment.
    private async Task StartAfterCrashAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        for (int left = ReadPostmasterId() is null ? 0 : TriesAfterCrash; ; left--)
        {
            try
            {
                await StartServerAsync(cancellationToken);
                return;
            }
            catch (StartException problem) when (left > 0)
            {
                LogRestartFailed(problem);
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        (int exitCode, string output) = await RunAsync(
            "pg_ctl", ["start", "-D", Cluster, "-w", "-t", "120", "-l", ServerLog, "-o", string.Join(' ', Settings().Select(x => $"-c {x.Key}={x.Value}"))], cancellationToken);
        if (exitCode != 0)
            throw new StartException($"The embedded PostgreSQL does not start. {LastLines(ServerLog)} (all of it: {ServerLog}) {output.Trim()}");
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["port"] = _options.Port.ToString(CultureInfo.InvariantCulture),
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",                 // TCP only: a socket path has 107 bytes at most, and DIR may be longer
        ["max_connections"] = _options.MaxConnections.ToString(CultureInfo.InvariantCulture),
        ["fsync"] = _options.IsDurable ? "on" : "off",
        ["shared_buffers"] = "256MB",
        ["max_wal_size"] = "2GB",                         // fewer checkpoints under load: each doubles WAL by full pages
        ["checkpoint_timeout"] = "15min",
        ["wal_compression"] = "on",
        ["jit"] = "off",                                  // our statements are short
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
    };

    // The postmaster is no child of ours (pg_ctl detaches it), so its death is seen by its process id.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (ReadPostmasterId() is int id && IsAlive(id))
                    continue;

                LogDied();
                try
                {
                    await StartServerAsync(cancellationToken);
                }
                catch (StartException problem)            // backends of the dead one may still hold its memory: the next tick tries again
                {
                    LogRestartFailed(problem);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    private int? ReadPostmasterId()
    {
        try
        {
            string? first = File.ReadLines(Path.Combine(Cluster, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // A process id may have been given to another program since: only a postgres counts.
    private static bool IsAlive(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/comm").StartsWith("postgres", StringComparison.Ordinal)
                && !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string LastLines(string path) => File.Exists(path) ? string.Join(' ', File.ReadLines(path).TakeLast(5)) : "";

    private Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        UnprivilegedUser.RunAsync(Path.Combine(_binaries, program), arguments, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A PostgreSQL server (process {ProcessId}) was left over from an earlier run; stopping it")]
    private partial void LogLeftOver(int processId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A database of an earlier installation was found and set aside as {Path}; delete it when nobody needs it")]
    private partial void LogSetAside(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The embedded PostgreSQL died; starting it again")]
    private partial void LogDied();

    [LoggerMessage(Level = LogLevel.Error, Message = "The embedded PostgreSQL does not start; trying again")]
    private partial void LogRestartFailed(Exception problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The embedded PostgreSQL did not stop: {Output}")]
    private partial void LogStopFailed(string output);
}
