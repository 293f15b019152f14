using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Clients that others wrote, each in what it does in its own way.</summary>
public sealed class ForeignClients(RunningMailfleet mailfleet)
{
    private const string Password = "mailfleet-demo";

    private readonly string _id = Guid.NewGuid().ToString("N");

    private MailfleetProcess Process => mailfleet.Process;

    [Fact]
    public async Task SmtplibSendsInternationalisedMailAndPoplibReadsTheSameBytes()
    {
        string text = await RunAsync("python3", "-c", """
            import smtplib, poplib, sys, ssl
            smtp_port, pop3_port, ident = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
            message = ('From: 李四 <lisi@bücher.test>\r\nTo: alice@demo.test\r\nSubject: 你好 %s\r\nMIME-Version: 1.0\r\n'
                       'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n.dot\r\n正文\r\n' % ident).encode()
            with smtplib.SMTP('127.0.0.1', smtp_port) as smtp:
                smtp.ehlo('client.test')
                assert smtp.has_extn('smtputf8') and smtp.has_extn('8bitmime') and smtp.has_extn('chunking')
                smtp.sendmail('李四@bücher.test', ['alice@demo.test'], message, mail_options=['SMTPUTF8', 'BODY=8BITMIME'])
            context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
            pop3 = poplib.POP3('127.0.0.1', pop3_port)
            pop3.stls(context); pop3.utf8(); pop3.user('alice@demo.test'); pop3.pass_('mailfleet-demo')
            found = 0
            for line in pop3.uidl()[1]:
                got = b'\r\n'.join(pop3.retr(int(line.split()[0]))[1]) + b'\r\n'
                if ident.encode() in got:
                    found += 1
                    assert got.endswith(message), got
                    assert b'with UTF8SMTP' in got, got
            pop3.quit()
            print('found', found)
            """, $"{Process.SmtpPort}", $"{Process.Pop3Port}", _id);
        Assert.Equal("found 1", text.Trim());
    }

    [Fact]
    public async Task BinaryChunksOfARawSocketArriveAsOneMessage()
    {
        await using (SocketClient client = await SocketClient.ConnectAsync(Process.SmtpPort))
        {
            await client.ReadLineAsync();
            await client.AskAsync("EHLO client.test");
            Assert.StartsWith("250", await client.AskAsync("MAIL FROM:<someone@elsewhere.test> BODY=8BITMIME"), StringComparison.Ordinal);
            Assert.StartsWith("250", await client.AskAsync("RCPT TO:<bob@demo.test>"), StringComparison.Ordinal);
            string first = $"From: someone@elsewhere.test\r\nSubject: {_id}\r\n\r\n.\r\nhalf a li";
            string second = "ne\r\n..\r\n";
            await client.SendAsync($"BDAT {first.Length}\r\n{first}BDAT {second.Length} LAST\r\n{second}QUIT\r\n");
            Assert.StartsWith("250", await client.ReadLineAsync(), StringComparison.Ordinal);
            Assert.StartsWith("250", await client.ReadLineAsync(), StringComparison.Ordinal);
            Assert.StartsWith("221", await client.ReadLineAsync(), StringComparison.Ordinal);
        }

        byte[] received = await FetchAsync("bob@demo.test", await NumberOfAsync("bob@demo.test"));
        Assert.EndsWith($"Subject: {_id}\r\n\r\n.\r\nhalf a line\r\n..\r\n", Encoding.Latin1.GetString(received), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MuttSendsAndFetchmailFetches()
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-fetchmail-").FullName;
        await RunAsync("sh", "-c", """
            printf '.leading dot\nlast line\n' | HOME="$3" mutt -n -F /dev/null -e "set ssl_ca_certificates_file=$4" -e "set smtp_url=smtp://localhost:$1/" \
                -e 'set from=mutt@elsewhere.test' -e 'set copy=no' -s "$2" -- alice@demo.test
            """, "sh", $"{Process.SmtpPort}", _id, directory, Path.Combine(Process.DataDirectory, "tls", "ca.crt"));

        string settings = Path.Combine(directory, "rc");
        await File.WriteAllTextAsync(settings, $"""
            poll 127.0.0.1 service {Process.Pop3Port} protocol POP3 auth password uidl
              username "alice@demo.test" password "{Password}" sslproto "auto" no sslcertck fetchall keep mda "cat >> {directory}/mail"
            """);
        File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync("env", $"FETCHMAILHOME={directory}", "fetchmail", "--nosyslog", "--nodetach", "-f", settings);
        string mail = await File.ReadAllTextAsync(Path.Combine(directory, "mail"));
        System.IO.Directory.Delete(directory, recursive: true);
        Assert.Contains($"Subject: {_id}\n", mail, StringComparison.Ordinal);
        Assert.Contains("\n\n.leading dot\nlast line\n", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmtpSourceSendsOverManyConnectionsAndEveryMessageIsThereOnce()
    {
        const int Messages = 300;
        await RunAsync(
            "/usr/sbin/smtp-source", "-d", "-s", "30", "-m", $"{Messages}", "-l", "10240", "-f", $"{_id}@elsewhere.test", "-t", "alice@demo.test", $"127.0.0.1:{Process.SmtpPort}");

        string ours = await RunPop3Async(
            "print(sum(any(b'Return-Path: <' + sys.argv[2].encode() in line for line in p.top(n, 0)[1]) for n in range(1, p.stat()[0] + 1)))", "alice@demo.test", _id);
        Assert.Equal(Messages, int.Parse(ours, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task CurlMovesFortyMegabytesUnchangedThroughBoundedMemory()
    {
        const int Messages = 3;
        byte[] content = FortyMegabytes();
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, content);

        long before = await WorkingSetAsync();
        Task<string[]> uploads = Task.WhenAll(Enumerable.Range(0, Messages).Select(_ => RunAsync(
            "curl", "-sS", "--url", $"smtp://127.0.0.1:{Process.SmtpPort}/client.test", "--mail-from", "someone@elsewhere.test", "--mail-rcpt", "bob@demo.test", "--upload-file", file)));
        long peak = before;
        while (!uploads.IsCompleted)
            peak = Math.Max(peak, await WorkingSetAsync());
        await uploads;
        File.Delete(file);

        byte[] received = await FetchAsync("bob@demo.test", await NumberOfAsync("bob@demo.test"));
        peak = Math.Max(peak, await WorkingSetAsync());
        Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), Convert.ToHexString(SHA256.HashData(received.AsSpan(received.Length - content.Length))));

        // Held whole, the three would need 120 MB and more; streamed, each needs a few buffers.
        Assert.True(peak - before < 100L << 20, $"the server grew by {(peak - before) >> 20} MB");
    }

    // Lines of random base64, so that nothing between can squeeze or repeat them unnoticed.
    private byte[] FortyMegabytes()
    {
        StringBuilder text = new($"From: someone@elsewhere.test\r\nSubject: {_id}\r\n\r\n");
        byte[] line = new byte[57];
        Random random = new(40);
        while (text.Length < 40 << 20)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private async Task<long> WorkingSetAsync()
    {
        using HttpClient client = new();
        string metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{8082 + Process.Offset}/metrics"));
        string sample = metrics.Split('\n').Single(line => line.StartsWith("dotnet_process_memory_working_set_bytes", StringComparison.Ordinal));
        return (long)double.Parse(sample.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private Task<string> RunPop3Async(string script, params string[] arguments) =>
        RunAsync("python3", ["-c", $"import poplib, sys\np = poplib.POP3('127.0.0.1', {Process.Pop3Port}); p.user(sys.argv[1]); p.pass_('{Password}')\n{script}\np.quit()", .. arguments]);

    // The newest message whose header holds the id.
    private async Task<int> NumberOfAsync(string user) => int.Parse(
        await RunPop3Async("print(max(n for n in range(1, p.stat()[0] + 1) if any(sys.argv[2].encode() in line for line in p.top(n, 0)[1])))", user, _id), CultureInfo.InvariantCulture);

    private async Task<byte[]> FetchAsync(string user, int number)
    {
        (int exitCode, byte[] message) = await ForeignTool.RunBytesAsync("curl", "-sSk", "--user", $"{user}:{Password}", $"pop3s://127.0.0.1:{Process.Pop3sPort}/{number}");
        Assert.Equal(0, exitCode);
        return message;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        (int exitCode, string output) = await ForeignTool.RunAsync(program, arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
