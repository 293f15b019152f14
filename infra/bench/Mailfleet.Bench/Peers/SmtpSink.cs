using System.Diagnostics;
using System.Net;
using Mailfleet.Bench.Server;

namespace Mailfleet.Bench.Peers;

/// <summary>Postfix's smtp-sink: takes mail and stores nothing, so it shows what the load and this machine can reach at all.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private const string Program = "/usr/sbin/smtp-sink";

    private readonly Process _process;

    private SmtpSink(Process process, IPEndPoint smtp) => (_process, Smtp) = (process, smtp);

    public IPEndPoint Smtp { get; }

    /// <summary>Null when it is not installed.</summary>
    public static async Task<SmtpSink?> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
            return null;

        IPEndPoint smtp = new(IPAddress.Loopback, FreePorts.One());
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : []; // it refuses to stay root
        Process process = Process.Start(Program, [.. user, smtp.ToString(), "1024"]);
        SmtpSink sink = new(process, smtp);
        await Listening.WaitAsync(smtp, process, cancellationToken);
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await Processes.StopAsync(_process, TimeSpan.FromSeconds(10));
        _process.Dispose();
    }
}
