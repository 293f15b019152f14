using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mailfleet.Testing;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>A node is told to stop while it is busy: every client hears the truth, and the other node goes on.</summary>
public sealed class Drain
{
    private const int Senders = 8;

    // Enough that every sender is in full swing when the signal comes.
    private const int AcceptedBeforeTerm = 200;

    [Fact]
    public async Task ATermUnderLoadLosesNoAcceptedMessageAndLeavesNoClientWithoutAReply()
    {
        await using MailfleetProcess first = await MailfleetProcess.UpAsync(settings: """{ "logging": { "format": "json", "logLevel": { "Default": "Information" } } }""");
        await using MailfleetProcess second = await first.JoinAsync("127.0.0.2");
        ConcurrentQueue<string> accepted = new();
        TaskCompletionSource inFullSwing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        Task[] senders = [.. Enumerable.Range(0, Senders).Select(_ => SendUntilDrainedAsync(first.SmtpPort, accepted, inFullSwing))];
        using Client idle = await Client.ConnectAsync(first.SmtpPort);
        using Client slow = await Client.ConnectAsync(first.SmtpPort);
        await slow.BeginAsync("bob@demo.test");
        await slow.SendAsync("Subject: slow\r\n\r\nbegun before ");
        await inFullSwing.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Task<int> stopped = second.StopAsync();
        Assert.Equal("421 4.3.2 Service is shutting down, try again later", await idle.ReadLineAsync());
        await slow.SendAsync("the signal\r\n.\r\n");       // the node drains now: content that has begun is taken to its end
        Assert.StartsWith("250 ", await slow.ReadLineAsync(), StringComparison.Ordinal);
        await Task.WhenAll(senders).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await stopped);

        string mail = await ReadAllAsync(first.Pop3Port, "bob@demo.test");
        Assert.Contains("begun before the signal\r\n", mail, StringComparison.Ordinal);
        Assert.True(accepted.Count >= AcceptedBeforeTerm);
        Assert.All(accepted, id => Assert.Equal(1, Occurrences(mail, $"Subject: {id}\r\n")));

        using Client other = await Client.ConnectAsync(first.SmtpPort, "127.0.0.1");
        await other.BeginAsync("alice@demo.test");
        await other.SendAsync("Subject: still here\r\n\r\nx\r\n.\r\n");
        Assert.StartsWith("250 ", await other.ReadLineAsync(), StringComparison.Ordinal);

        // The node's log is one JSON object an event; the sessions that were cut short say so.
        JsonElement[] events = [.. second.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        JsonElement[] ends = [.. events.Where(line => line.GetProperty("State").TryGetProperty("Outcome", out _)).Select(line => line.GetProperty("State"))];
        Assert.Contains(ends, end => end.GetProperty("Outcome").GetString() == "drained");
        Assert.Equal(accepted.Count + 1, ends.Sum(end => end.GetProperty("Messages").GetInt32()));
        Assert.DoesNotContain("begun before", second.Output, StringComparison.Ordinal);
        Assert.Equal(0, await first.StopAsync());
        MailfleetProcess.Remove(first.DataDirectory);
    }

    // A message a transaction on one connection, until the node says that it stops. After the final dot there must be a reply.
    private static async Task SendUntilDrainedAsync(int port, ConcurrentQueue<string> accepted, TaskCompletionSource inFullSwing)
    {
        using Client client = await Client.ConnectAsync(port);
        while (await client.BeginAsync("bob@demo.test"))
        {
            string id = Guid.NewGuid().ToString("N");
            await client.SendAsync($"Subject: {id}\r\n\r\ntext\r\n.\r\n");
            string? reply = await client.ReadLineAsync();
            Assert.StartsWith("250 ", reply, StringComparison.Ordinal);
            accepted.Enqueue(id);
            if (accepted.Count >= AcceptedBeforeTerm)
                inFullSwing.TrySetResult();
        }

        Assert.Null(await client.ReadLineAsync());         // closed after the 421, not before
    }

    private static async Task<string> ReadAllAsync(int port, string user)
    {
        (int exitCode, string mail) = await ForeignTool.RunAsync("python3", "-c", """
            import poplib, sys
            p = poplib.POP3('127.0.0.1', int(sys.argv[1])); p.user(sys.argv[2]); p.pass_('mailfleet-demo')
            for n in range(1, p.stat()[0] + 1):
                sys.stdout.buffer.write(b'\r\n'.join(p.retr(n)[1]) + b'\r\n')
            p.quit()
            """, port.ToString(CultureInfo.InvariantCulture), user);
        Assert.True(exitCode == 0, mail);
        return mail;
    }

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    /// <summary>An SMTP client that waits for each reply and tells a 421 from everything else.</summary>
    private sealed class Client : IDisposable
    {
        private readonly TcpClient _socket = new();
        private StreamReader _replies = StreamReader.Null;

        public static async Task<Client> ConnectAsync(int port, string address = "127.0.0.2")
        {
            Client client = new();
            await client._socket.ConnectAsync(IPAddress.Parse(address), port);
            client._replies = new StreamReader(client._socket.GetStream(), Encoding.Latin1);
            Assert.StartsWith("220 ", await client.ReadLineAsync(), StringComparison.Ordinal);
            await client.SendAsync("HELO client.test\r\n");
            Assert.StartsWith("250 ", await client.ReadLineAsync(), StringComparison.Ordinal);
            return client;
        }

        /// <summary>MAIL, RCPT and DATA; false when the node said 421 to one of them.</summary>
        public async Task<bool> BeginAsync(string to)
        {
            foreach ((string command, string expected) in ((string, string)[])[("MAIL FROM:<>", "250 "), ($"RCPT TO:<{to}>", "250 "), ("DATA", "354 ")])
            {
                await SendAsync($"{command}\r\n");
                string reply = await ReadLineAsync() ?? "closed without a word";
                if (reply.StartsWith("421 4.3.2", StringComparison.Ordinal))
                    return false;
                Assert.StartsWith(expected, reply, StringComparison.Ordinal);
            }

            return true;
        }

        public async Task SendAsync(string text) => await _socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

        public async Task<string?> ReadLineAsync() => await _replies.ReadLineAsync();

        public void Dispose()
        {
            _replies.Dispose();
            _socket.Dispose();
        }
    }
}
