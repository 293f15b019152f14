using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Server;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Peers;

/// <summary>
/// Debian's Postfix and Dovecot on ports of their own, with the configurations of <c>infra/bench/peers</c> and all their state in a temporary directory.
/// Needs root, as they do.
/// </summary>
internal sealed class PostfixDovecot : IAsyncDisposable
{
    private static readonly string[] Queues = ["maildrop", "incoming", "active", "deferred"];

    private readonly string _state;
    private Process? _dovecot;

    private PostfixDovecot(string state) => _state = state;

    public IPEndPoint Smtp { get; } = new(IPAddress.Loopback, FreePorts.One());

    public IPEndPoint Pop3 { get; } = new(IPAddress.Loopback, FreePorts.One());

    private string Mail => Path.Combine(_state, "mail");

    private string Postfix => Path.Combine(_state, "postfix");

    /// <exception cref="StartException">They do not start; the message holds what they said.</exception>
    public static async Task<PostfixDovecot> StartAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new StartException("--with-peers needs root: Postfix and Dovecot start as root only.");

        PostfixDovecot peers = new(Directory.CreateTempSubdirectory("mailfleet-peers-").FullName);
        try
        {
            await peers.StartServersAsync(cancellationToken);
            return peers;
        }
        catch
        {
            await peers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the load and waits until the queue is empty and the maildirs hold it. Deliveries a second over that whole time.</summary>
    /// <exception cref="StartException">Mail was refused or is missing: the peer is not set up as it should be.</exception>
    public async Task<double> DeliverAsync(MailLoad load, CancellationToken cancellationToken)
    {
        int before = Delivered();
        Stopwatch watch = Stopwatch.StartNew();
        LoadResult result = await load.RunAsync(timed: false, cancellationToken);
        if (result.Fault is { } fault)
            throw new StartException($"Postfix answered: {fault}");

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(cancellationToken) && QueueHoldsMail())
        {
        }

        double seconds = watch.Elapsed.TotalSeconds;
        int wanted = load.Messages * load.RecipientsPerMessage;
        int delivered = Delivered() - before;
        return delivered == wanted
            ? wanted / seconds
            : throw new StartException($"Postfix and Dovecot delivered {delivered} of {wanted} messages; see their logs in {_state}.");
    }

    /// <summary>Leads mail for domains to other servers from now on instead of to its own mailboxes.</summary>
    public async Task RouteAsync(IEnumerable<(string Domain, IPEndPoint Server)> routes, CancellationToken cancellationToken)
    {
        await WriteTransportAsync(routes, cancellationToken);
        await RunAsync("/usr/sbin/postfix", "-c", Postfix, "reload");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Postfix, "main.cf")))
            await Processes.RunAsync("postfix", ["-c", Postfix, "stop"], CancellationToken.None);
        if (_dovecot is not null)
        {
            await Processes.StopAsync(_dovecot, TimeSpan.FromSeconds(20));
            _dovecot.Dispose();
        }

        Directory.Delete(_state, recursive: true);
    }

    private async Task StartServersAsync(CancellationToken cancellationToken)
    {
        // Their processes run as users of their own and walk through it.
        File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (string directory in (string[])[Mail, Postfix, Path.Combine(_state, "queue"), Path.Combine(_state, "data")])
            Directory.CreateDirectory(directory);
        await RunAsync("chown", "nobody:nogroup", Mail);
        await RunAsync("chown", "postfix:root", Path.Combine(_state, "data"));

        await WriteTransportAsync([], cancellationToken);
        IPEndPoint lmtp = new(IPAddress.Loopback, FreePorts.One());
        string templates = Path.Combine(AppContext.BaseDirectory, "peers");
        foreach ((string name, string target) in ((string, string)[])[("main.cf", Postfix), ("master.cf", Postfix), ("any.regexp", Postfix), ("dovecot.conf", _state)])
        {
            string text = await File.ReadAllTextAsync(Path.Combine(templates, name), cancellationToken);
            text = text.Replace("@STATE@", _state, StringComparison.Ordinal)
                .Replace("@SMTP@", Text(Smtp.Port), StringComparison.Ordinal)
                .Replace("@POP3@", Text(Pop3.Port), StringComparison.Ordinal)
                .Replace("@LMTP@", Text(lmtp.Port), StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(target, name), text, cancellationToken);
        }

        _dovecot = Process.Start("/usr/sbin/dovecot", ["-F", "-c", Path.Combine(_state, "dovecot.conf")]);
        await Listening.WaitAsync(Pop3, _dovecot, cancellationToken);
        await RunAsync("/usr/sbin/postfix", "-c", Postfix, "start");
        await Listening.WaitAsync(Smtp, null, cancellationToken);
    }

    private Task WriteTransportAsync(IEnumerable<(string Domain, IPEndPoint Server)> routes, CancellationToken cancellationToken) => File.WriteAllLinesAsync(
        Path.Combine(Postfix, "transport"), routes.Select(route => $"{route.Domain} smtp:[{route.Server.Address}]:{Text(route.Server.Port)}"), cancellationToken);

    private bool QueueHoldsMail() => Queues.Select(x => Path.Combine(_state, "queue", x))
        .Any(x => Directory.EnumerateFiles(x, "*", SearchOption.AllDirectories).Any());

    private int Delivered() => Directory.EnumerateDirectories(Mail, "new", new EnumerationOptions { RecurseSubdirectories = true })
        .Sum(x => Directory.EnumerateFiles(x).Count());

    private static async Task RunAsync(string program, params string[] arguments)
    {
        (int exitCode, string output) = await Processes.RunAsync(program, arguments, CancellationToken.None);
        if (exitCode != 0)
            throw new StartException($"{program} {string.Join(' ', arguments)} failed: {output.Trim()}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
