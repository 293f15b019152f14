using System.Security.Cryptography;

namespace Mailfleet.Hosting;

/// <summary>
/// Re-reads settings on request, in a host that lives in a data directory. The request is a file with a new word in it, and each host answers it in a file of its
/// own: no signal that could hit a stranger's process, no port. A host is there while it holds the lock on <c>HOST.live</c>, which ends with its process.
/// </summary>
public sealed class SettingsReload : IAsyncDisposable
{
    private const string Live = ".live";
    private const string Reloaded = ".reloaded";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);     // a reload is to be live within two seconds
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _request;
    private readonly string _answer;
    private readonly FileStream _live;
    private readonly Action _apply;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private string _seen;

    private SettingsReload(string directory, string host, Action apply)
    {
        _request = RequestIn(directory);
        _answer = Path.Combine(directory, host + Reloaded);
        _live = new FileStream(Path.Combine(directory, host + Live), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _apply = apply;
        _seen = ReadOrEmpty(_request);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Listens for requests until disposed.</summary>
    /// <param name="directory">The data directory's <c>run</c>.</param>
    /// <param name="host">Names the host among those of the directory.</param>
    /// <param name="apply">Reads the settings anew and puts them in force, or throws <see cref="StartException"/> and leaves all as it was.</param>
    public static SettingsReload Start(string directory, string host, Action apply) => new(directory, host, apply);

    /// <summary>Asks every host that runs on the directory, and waits for each. Empty when none runs.</summary>
    /// <returns>Host, and what is wrong; null when its settings are in force.</returns>
    public static async Task<IReadOnlyList<(string Host, string? Fault)>> AskAsync(string directory, CancellationToken cancellationToken)
    {
        string word = RandomNumberGenerator.GetHexString(16, lowercase: true);
        string[] hosts = [.. Directory.GetFiles(directory, "*" + Live).Where(IsHeld).Select(file => Path.GetFileName(file)[..^Live.Length]).Order(StringComparer.Ordinal)];
        string made = RequestIn(directory) + ".new";
        await File.WriteAllTextAsync(made, word, cancellationToken);
        File.Move(made, RequestIn(directory), overwrite: true);

        List<(string, string?)> answers = [];
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        foreach (string host in hosts)
            answers.Add((host, await WaitAsync(Path.Combine(directory, host + Reloaded), word, patience.Token)));
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _live.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                string word = ReadOrEmpty(_request);
                if (word == _seen)
                    continue;
                _seen = word;
                string fault = "";
                try
                {
                    _apply();
                }
                catch (StartException problem)
                {
                    fault = problem.Message;
                }

                // Moved into place, so that nobody reads half an answer.
                string made = _answer + ".new";
                await File.WriteAllTextAsync(made, $"{word}\n{fault}", CancellationToken.None);
                File.Move(made, _answer, overwrite: true);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static async Task<string?> WaitAsync(string file, string word, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        try
        {
            while (true)
            {
                string[] answer = ReadOrEmpty(file).Split('\n', 2);
                if (answer is [string said, string fault] && said == word)
                    return fault.Length == 0 ? null : fault;
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return "it does not answer";
        }
    }

    private static bool IsHeld(string file)
    {
        try
        {
            using FileStream free = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string RequestIn(string directory) => Path.Combine(directory, "reload");

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}
