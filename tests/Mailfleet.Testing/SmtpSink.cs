using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Testing;

/// <summary>Postfix's smtp-sink as somebody else's mail server: every message it takes is a file.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _directory;

    private SmtpSink(Process process, string directory, int port) => (_process, _directory, Port) = (process, directory, port);

    public int Port { get; }

    /// <summary>What it has taken, whole messages only, with the lines that it puts before each (<c>X-Mail-Args</c>, <c>X-Rcpt-Args</c>, its own Received).</summary>
    public IReadOnlyList<string> Messages => [.. Directory.EnumerateFiles(_directory).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))).Where(text => text.Contains("X-Rcpt-Args", StringComparison.Ordinal))];

    /// <summary>How many messages it has begun to write down: cheaper to ask than what they are.</summary>
    public int Count => Directory.EnumerateFiles(_directory).Count();

    /// <summary>How often each recipient got a message.</summary>
    public IReadOnlyDictionary<string, int> Recipients => Messages
        .SelectMany(text => text.Split('\n').TakeWhile(line => !line.StartsWith("Received:", StringComparison.Ordinal)))
        .Where(line => line.StartsWith("X-Rcpt-Args: <", StringComparison.Ordinal))
        .Select(line => line["X-Rcpt-Args: <".Length..line.IndexOf('>', StringComparison.Ordinal)])
        .CountBy(recipient => recipient).ToDictionary();

    /// <param name="options">Its own: <c>-w 1</c> answers DATA a second late, <c>-f RCPT</c> refuses, <c>-8</c> and <c>-p</c> leave extensions out.</param>
    public static async Task<SmtpSink> StartAsync(params string[] options)
    {
        string directory = Directory.CreateTempSubdirectory("mailfleet-sink-").FullName;
        int port = FreePort();
        ProcessStartInfo start = new("/usr/sbin/smtp-sink") { RedirectStandardError = true };
        List<string> arguments = [.. options, "-d", Path.Combine(directory, "%M."), string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "200"];
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to work as root; whoever it works as must be able to write.
            arguments.InsertRange(0, ["-u", "nobody"]);
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        }

        arguments.ForEach(start.ArgumentList.Add);
        SmtpSink sink = new(Process.Start(start)!, directory, port);
        await Eventually.HoldsAsync(() => sink.AnswersAsync(), "smtp-sink answers");
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"smtp-sink ended: {await _process.StandardError.ReadToEndAsync()}");
        using TcpClient probe = new();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
