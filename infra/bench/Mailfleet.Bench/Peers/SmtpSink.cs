using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mailfleet.Bench.Server;

namespace Mailfleet.Bench.Peers;

/// <summary>Postfix's smtp-sink: takes mail and stores nothing, so it shows what the load and this machine can reach at all.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private const string Program = "/usr/sbin/smtp-sink";

    private readonly Process _process;

    private long _messages;

    private SmtpSink(Process process, IPEndPoint smtp) => (_process, Smtp) = (process, smtp);

    public IPEndPoint Smtp { get; }

    /// <summary>Messages that it has taken; told only by one that was started with <c>-c</c>.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Null when it is not installed.</summary>
    /// <param name="options">Its own: <c>-c</c> counts, <c>-r RCPT</c> refuses for now.</param>
    public static async Task<SmtpSink?> StartAsync(CancellationToken cancellationToken, params string[] options)
    {
        if (!File.Exists(Program))
            return null;

        IPEndPoint smtp = new(IPAddress.Loopback, FreePorts.One());
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : []; // it refuses to stay root
        string listen = options.Length == 0 ? smtp.ToString() : string.Create(CultureInfo.InvariantCulture, $"0.0.0.0:{smtp.Port}"); // all of 127.0.0.0/8: each address is a destination
        Process process = Process.Start(new ProcessStartInfo(Program, [.. user, .. options, "-m", "1024", listen, "1024"]) { RedirectStandardOutput = true })!;
        SmtpSink sink = new(process, smtp);
        _ = sink.CountAsync();
        await Listening.WaitAsync(smtp, process, cancellationToken);
        return sink;
    }

    // It writes "sess=N quit=N mesg=N" and a carriage return for each event.
    private async Task CountAsync()
    {
        const string Label = "mesg=";
        char[] piece = new char[64 << 10];
        string text = "";
        for (int read; (read = await _process.StandardOutput.ReadAsync(piece)) > 0;)
        {
            text += new string(piece, 0, read);
            int end = text.LastIndexOf('\r');
            int start = end < 0 ? -1 : text.LastIndexOf(Label, end, StringComparison.Ordinal);
            if (start < 0)
                continue;
            Volatile.Write(ref _messages, long.Parse(text.AsSpan(start + Label.Length, end - start - Label.Length), CultureInfo.InvariantCulture));
            text = text[(end + 1)..];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Processes.StopAsync(_process, TimeSpan.FromSeconds(10));
        _process.Dispose();
    }
}
