using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Testing;

/// <summary>
/// Debian's Postfix as somebody else's mail server, on a port and with a configuration and queue of its own. It takes mail for <c>*.postfix.test</c> into a
/// maildir (but not for <c>no@…</c>), hands mail for <c>demo.test</c> to Mailfleet, and offers and takes TLS. Needs root, as Postfix does.
/// </summary>
public sealed class DebianPostfix : IAsyncDisposable
{
    private const string Main =
        """
        compatibility_level = 3.6
        queue_directory = @STATE@/queue
        data_directory = @STATE@/data
        maillog_file = @STATE@/mail.log
        maillog_file_prefixes = @STATE@
        mail_owner = postfix
        setgid_group = postdrop
        multi_instance_name = postfix-test
        multi_instance_enable = no
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mx.postfix.test
        mynetworks = 127.0.0.0/8
        mydestination =
        alias_maps =
        alias_database =
        virtual_mailbox_domains = regexp:@STATE@/postfix/domains
        virtual_mailbox_maps = regexp:@STATE@/postfix/boxes
        virtual_mailbox_base = @STATE@/mail
        virtual_minimum_uid = 100
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        relay_domains = demo.test
        transport_maps = inline:{ demo.test=smtp:[127.0.0.1]:@MAILFLEET@ }
        smtputf8_enable = yes
        smtpd_tls_security_level = may
        smtpd_tls_cert_file = @CERTIFICATE@
        smtpd_tls_key_file = @KEY@
        smtp_tls_security_level = encrypt
        smtpd_tls_received_header = yes
        """;

    private readonly string _state;

    private DebianPostfix(string state, int port) => (_state, Port) = (state, port);

    public int Port { get; }

    /// <summary>What it has delivered, each message whole, with the lines it puts before it; line ends as it stores them.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            string box = Path.Combine(_state, "mail", "box", "new");
            return Directory.Exists(box) ? [.. Directory.EnumerateFiles(box).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)))] : [];
        }
    }

    public string Log => File.Exists(Path.Combine(_state, "mail.log")) ? File.ReadAllText(Path.Combine(_state, "mail.log")) : "";

    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string Configuration => Path.Combine(_state, "postfix");

    /// <param name="mailfleetPort">Where Mailfleet takes mail for <c>demo.test</c>.</param>
    /// <param name="certificate">Certificate and key, PEM, that it shows.</param>
    public static async Task<DebianPostfix> StartAsync(int port, int mailfleetPort, string certificate, string key)
    {
        DebianPostfix postfix = new(Directory.CreateTempSubdirectory("mailfleet-postfix-").FullName, port);
        try
        {
            await postfix.StartAsync(mailfleetPort, certificate, key);
            return postfix;
        }
        catch
        {
            await postfix.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Configuration, "main.cf")))
            await RunAsync("/usr/sbin/postfix", "-c", Configuration, "stop");
        Directory.Delete(_state, recursive: true);
    }

    private async Task StartAsync(int mailfleetPort, string certificate, string key)
    {
        // Its processes run as users of their own and walk through it.
        File.SetUnixFileMode(_state, (UnixFileMode)0b111_101_101);
        foreach (string directory in (string[])["mail", "postfix", "queue", "data"])
            Directory.CreateDirectory(Path.Combine(_state, directory));
        await MustAsync("chown", "nobody:nogroup", Path.Combine(_state, "mail"));
        await MustAsync("chown", "postfix:root", Path.Combine(_state, "data"));

        string master = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "infra", "bench", "peers", "master.cf"));
        await WriteAsync("master.cf", master.Replace("@SMTP@", Text(Port), StringComparison.Ordinal) + "\nvirtual    unix  -       n       n      -       -       virtual\n");
        await WriteAsync("main.cf", Main
            .Replace("@STATE@", _state, StringComparison.Ordinal).Replace("@MAILFLEET@", Text(mailfleetPort), StringComparison.Ordinal)
            .Replace("@CERTIFICATE@", certificate, StringComparison.Ordinal).Replace("@KEY@", key, StringComparison.Ordinal) + "\n");
        await WriteAsync("domains", "/\\.postfix\\.test$/ here\n");
        await WriteAsync("boxes", "!/^no@/ box/\n");
        await MustAsync("/usr/sbin/postfix", "-c", Configuration, "start");
        await Eventually.HoldsAsync(AnswersAsync, "Postfix answers");
    }

    private async Task<bool> AnswersAsync()
    {
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

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(Configuration, name), text);

    private static async Task MustAsync(string program, params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync(program, arguments);
        if (exitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {output}");
    }

    // What it starts lives on with our pipes in its hands: its output is not waited for beyond its own end.
    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        StringBuilder output = new();
        void Heard(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }

        process.OutputDataReceived += Heard;
        process.ErrorDataReceived += Heard;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource bound = new(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(bound.Token);
        lock (output)
            return (process.ExitCode, output.ToString());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
