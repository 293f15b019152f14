using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mailfleet.Testing;

/// <summary>
/// The real program in a process of its own, as a user runs it: <c>up</c> on a data directory and ports of its own. Tests talk to it from outside and may kill it.
/// </summary>
public sealed partial class MailfleetProcess : IAsyncDisposable
{
    /// <summary>Bound for the start on a slow, shared machine; far above what it takes.</summary>
    private static readonly TimeSpan StartBound = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MailfleetProcess(Process process, string dataDirectory, int offset) => (_process, DataDirectory, Offset) = (process, dataDirectory, offset);

    public string DataDirectory { get; }

    public int Offset { get; }

    public int SmtpPort => 2525 + Offset;

    public int SubmissionPort => 2587 + Offset;

    public int SubmissionsPort => 2465 + Offset;

    public int Pop3Port => 2110 + Offset;

    public int Pop3sPort => 2995 + Offset;

    public Uri NodeHttp => new($"http://127.0.0.1:{8082 + Offset}/");

    public Uri Portal => new($"http://localhost:{8080 + Offset}/");

    public string OperatorToken => File.ReadAllText(Path.Combine(DataDirectory, "operator-token")).Trim();

    /// <summary>Connection string of the cell as its owner.</summary>
    public string CellConnection => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DataDirectory, "run", "node.json"))).RootElement
        .GetProperty("cell").GetProperty("database").GetString()!;

    /// <summary>Connection string of the cell as its door's role.</summary>
    public string DoorConnection => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DataDirectory, "run", "api.json"))).RootElement
        .GetProperty("api").GetProperty("cells").EnumerateObject().First().Value.GetString()!;

    /// <summary>Everything the program printed, for the message of a failing test.</summary>
    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    public int ProcessId => _process.Id;

    /// <summary>The embedded PostgreSQL's process, as its own file names it.</summary>
    public int PostmasterId =>
        int.Parse(File.ReadLines(Path.Combine(PostgresDirectory(DataDirectory), "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Starts the program on a new directory, or on that of a process that has ended, and waits until it says that it is ready.</summary>
    public static async Task<MailfleetProcess> UpAsync(string? dataDirectory = null, int? offset = null, string? settings = null)
    {
        string directory = dataDirectory ?? Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");
        if (settings is not null)
        {
            Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(Path.Combine(directory, "mailfleet.json"), settings);
        }

        int chosen = offset ?? FreeOffset();
        MailfleetProcess mailfleet = new(
            Command("infra/Mailfleet.Standalone", ["up", "--data", directory, "--port-offset", chosen.ToString(CultureInfo.InvariantCulture)]), directory, chosen);
        await mailfleet.StartAsync("Mailfleet is ready");
        return mailfleet;
    }

    /// <summary>Starts a further node on the cell of this process, at another loopback address.</summary>
    public async Task<MailfleetProcess> JoinAsync(string listen)
    {
        MailfleetProcess node = new(Command("mail-node/Mailfleet.Node", ["--data", DataDirectory, "--listen", listen]), DataDirectory, Offset);
        await node.StartAsync("is ready on");
        return node;
    }

    /// <summary>Starts one host alone (<c>api</c> or <c>node</c>) with a settings file of its own.</summary>
    public static async Task<MailfleetProcess> HostAsync(string project, string settingsFile, int offset)
    {
        MailfleetProcess host = new(Command(project, ["--config", settingsFile]), Path.GetDirectoryName(settingsFile)!, offset);
        await host.StartAsync("is ready on");
        return host;
    }

    /// <summary>Runs <c>check</c> on the directory to its end.</summary>
    public static Task<(int ExitCode, string Output)> CheckAsync(string dataDirectory, params string[] options) => RunAsync(dataDirectory, ["check", .. options]);

    /// <summary>Runs a verb of the standalone on the directory to its end: <c>queue list --json</c>, <c>reload</c>.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string dataDirectory, params string[] verb)
    {
        using Process process = Command("infra/Mailfleet.Standalone", [.. verb, "--data", dataDirectory]);
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).TrimEnd() + await errors);
    }

    /// <summary>SIGKILL: the process has no chance to finish anything. Its database server stays behind, as after a real crash.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills the embedded PostgreSQL and hides its files, so that it cannot be started again before <see cref="BringDatabaseBack"/>.</summary>
    public void TakeDatabaseAway()
    {
        int postmaster = PostmasterId;
        Directory.Move(Path.Combine(PostgresDirectory(DataDirectory), "data"), Path.Combine(PostgresDirectory(DataDirectory), "data.away"));
        if (Kill(postmaster, 9) != 0)
            throw new InvalidOperationException($"kill failed with {Marshal.GetLastPInvokeError()}");
    }

    public void BringDatabaseBack() =>
        Directory.Move(Path.Combine(PostgresDirectory(DataDirectory), "data.away"), Path.Combine(PostgresDirectory(DataDirectory), "data"));

    /// <summary>SIGSTOP: the process stands still, with its connections open, until <see cref="Resume"/>.</summary>
    public void Pause() => Signal(19);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(18);

    /// <summary>SIGHUP: a host of its own reads its settings again.</summary>
    public void HangUp() => Signal(1);

    /// <summary>SIGTERM, then waits for the drain.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
            Signal(15);
        using CancellationTokenSource bound = new(StartBound);
        await _process.WaitForExitAsync(bound.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    /// <summary>Removes the data directory of a stopped process, and its database where that lives elsewhere.</summary>
    public static void Remove(string dataDirectory)
    {
        foreach (string directory in (string[])[PostgresDirectory(dataDirectory), dataDirectory])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    // As root the database lives elsewhere, under a user of its own.
    private static string PostgresDirectory(string dataDirectory)
    {
        if (!Environment.IsPrivilegedProcess)
            return Path.Combine(dataDirectory, "postgres");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(dataDirectory)))[..16];
        return Path.Combine("/var/lib/mailfleet", hash);
    }

    private void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"kill failed with {Marshal.GetLastPInvokeError()}");
    }

    private async Task StartAsync(string readyText)
    {
        _process.OutputDataReceived += (_, line) => Take(line.Data, readyText);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, readyText);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) =>
        {
            _process.WaitForExit();                     // until the last line it printed has come
            _ready.TrySetException(new InvalidOperationException($"Mailfleet ended before it was ready:\n{Output}"));
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _ready.Task.WaitAsync(StartBound);
    }

    private void Take(string? line, string readyText)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        if (line.Contains(readyText, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private static Process Command(string project, IEnumerable<string> arguments)
    {
        // tests/X.Tests/bin/<configuration>/net10.0/ → the same configuration of the host.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string assembly = Path.Combine(RepositoryRoot.Find(), project, "bin", configuration, "net10.0", Path.GetFileName(project) + ".dll");
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (IEnumerable<string>)[assembly, .. arguments])
            start.ArgumentList.Add(argument);
        return new Process { StartInfo = start };
    }

    /// <summary>A port offset at which every port is free now.</summary>
    public static int FreeOffset()
    {
        for (int offset = 100 * Random.Shared.Next(10, 180); offset < 20_000; offset += 100)
        {
            if (((int[])[2525, 2587, 2465, 2110, 2995, 2432, 8080, 8082]).All(port => IsFree(port + offset)))
                return offset;
        }

        throw new InvalidOperationException("No free range of ports.");
    }

    private static bool IsFree(int port)
    {
        using TcpListener probe = new(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
