using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mailfleet.Bench.Prepare;
using Mailfleet.Cell.Door;
using Mailfleet.Hosting;
using Npgsql;

namespace Mailfleet.Bench.Server;

/// <summary>A standalone of the benchmark's own, in a temporary directory that disappears with it, database included.</summary>
internal sealed class StandaloneServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _assembly;
    private readonly string _directory;
    private readonly int _postmaster;
    private readonly RunningStandalone _running;
    private readonly NpgsqlDataSource _door;
    private readonly HttpClient _http = new();
    private readonly HashSet<(int Domains, int Mailboxes)> _prepared = [];

    private StandaloneServer(Process process, string assembly, string directory, int postmaster)
    {
        (_process, _assembly, _directory, _postmaster) = (process, assembly, directory, postmaster);
        _running = RunningStandalone.At(directory);
        _door = NpgsqlDataSource.Create(_running.Door);
    }

    public IPEndPoint Smtp => Local(_running.Smtp);

    public IPEndPoint Submission => Local(_running.Submission);

    public IPEndPoint Submissions => Local(_running.Submissions);

    public IPEndPoint Pop3 => Local(_running.Pop3);

    public IPEndPoint Pop3s => Local(_running.Pop3s);

    public long ResidentBytes => ServerFigures.Resident(_process.Id);

    /// <summary>The node keeps its answer for 300 ms: ask later than that after what is to be counted.</summary>
    public async Task<StoreCounters> StoreCountersAsync(CancellationToken cancellationToken) =>
        StoreCounters.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Digits(_running.Http)}/metrics"), cancellationToken));

    /// <summary>What the node says at <c>/metrics</c>: the sum of a counter's series that have the label's value.</summary>
    public async Task<double> MetricAsync(string name, string label, CancellationToken cancellationToken) =>
        (await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Digits(_running.Http)}/metrics"), cancellationToken)).Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains($"\"{label}\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.IndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));

    public ServerFigures Figures => ServerFigures.Read(_process.Id, [_postmaster, .. Processes.ChildrenOf(_postmaster)]);

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="StartException">It does not start; the message ends with what it said.</exception>
    public static async Task<StandaloneServer> StartAsync(string assembly, CancellationToken cancellationToken)
    {
        string directory = Directory.CreateTempSubdirectory("mailfleet-bench-").FullName;
        int offset = FreePorts.StandaloneOffset();
        Process process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "up", "--data", directory, "--port-offset", Digits(offset)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            await WaitUntilReadyAsync(process, cancellationToken);
            int postmaster = Processes.Find("postgres", $"port={Digits(2432 + offset)}")
                ?? throw new StartException("The standalone's PostgreSQL is not to be found.");
            return new StandaloneServer(process, assembly, directory, postmaster);
        }
        catch
        {
            await Processes.StopAsync(process, TimeSpan.FromSeconds(60));
            process.Dispose();
            Delete(directory);
            throw;
        }
    }

    /// <summary>Makes the mailboxes that a row needs, once.</summary>
    public async Task PrepareAsync(int domains, int mailboxes, CancellationToken cancellationToken)
    {
        if (_prepared.Add((domains, mailboxes)))
            await new BenchMailboxes(new CellDoor(_door), domains).EnsureAsync(mailboxes, _ => { }, cancellationToken);
    }

    /// <summary>Puts settings in force while it runs.</summary>
    /// <exception cref="StartException">They are not valid.</exception>
    public async Task ReloadAsync(object settings, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(Path.Combine(_directory, "mailfleet.json"), JsonSerializer.SerializeToUtf8Bytes(settings), cancellationToken);
        await RunAsync(cancellationToken, "reload");
    }

    /// <summary>Runs a verb of the standalone on its directory.</summary>
    /// <exception cref="StartException">It failed; the message is what it said.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] verb)
    {
        (int exitCode, string output) = await Processes.RunAsync("dotnet", [_assembly, .. verb, "--data", _directory], cancellationToken);
        return exitCode == 0 ? output : throw new StartException($"{string.Join(' ', verb)}: {output.Trim()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _http.Dispose();
        await Processes.StopAsync(_process, TimeSpan.FromSeconds(90));
        _process.Dispose();
        // Killed, it could not stop its database; QUIT is PostgreSQL's immediate shutdown.
        if (Directory.Exists($"/proc/{_postmaster}"))
            await Processes.RunAsync("kill", ["-QUIT", Digits(_postmaster)], CancellationToken.None);
        Delete(_directory);
    }

    // As root the standalone keeps its database outside the directory, under a hash of its path.
    private static void Delete(string directory)
    {
        string database = Path.Combine("/var/lib/mailfleet", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..16]);
        foreach (string left in (string[])[directory, database])
        {
            if (Directory.Exists(left))
                Directory.Delete(left, recursive: true);
        }
    }

    private static async Task WaitUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        List<string> said = [];
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Heard(object sender, DataReceivedEventArgs line)
        {
            lock (said)
                said.Add(line.Data ?? "");
            if (line.Data == "Mailfleet is ready")
                ready.TrySetResult();
        }

        process.OutputDataReceived += Heard;
        process.ErrorDataReceived += Heard;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (await Task.WhenAny(ready.Task, process.WaitForExitAsync(cancellationToken)) == ready.Task)
            return;

        cancellationToken.ThrowIfCancellationRequested();
        lock (said)
            throw new StartException($"The standalone does not start: {string.Join('\n', said.TakeLast(5))}");
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IPEndPoint Local(int port) => new(IPAddress.Loopback, port);
}
