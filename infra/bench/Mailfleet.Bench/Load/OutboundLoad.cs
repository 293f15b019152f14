using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Mailfleet.Bench.Prepare;

namespace Mailfleet.Bench.Load;

/// <summary>Messages to people elsewhere: recipients go round <c>r{n}@d{n mod Destinations}.out.test</c>. The same client for us and for the peer, which wants no log-in.</summary>
internal sealed record OutboundLoad(IPEndPoint Target, bool LogsIn, int Connections, int Messages, int SizeBytes, int Destinations, int RecipientsPerMessage = 1)
{
    /// <summary>Sends all of it; counts and times are those of acceptance.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        byte[] content = Content();
        int next = 0;
        string? fault = null;
        Stopwatch watch = Stopwatch.StartNew();

        async Task<List<long>> ConnectionAsync()
        {
            List<long> own = [];
            try
            {
                using Wire wire = await Wire.ConnectAsync(Target, tls: false, cancellationToken);
                await wire.ExpectAsync('2', cancellationToken);
                await AskAsync(wire, "EHLO bench.test", '2');
                if (LogsIn)
                    await AskAsync(wire, $"AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0u1@d0.test\0{BenchMailboxes.Password}"))}", '2');
                for (int turn; (turn = Interlocked.Increment(ref next) - 1) < Messages;)
                {
                    long start = Stopwatch.GetTimestamp();
                    await SendAsync(wire, turn);
                    own.Add(Stopwatch.GetTimestamp() - start);
                }

                await AskAsync(wire, "QUIT", '2');
            }
            catch (Exception problem) when (problem is ProtocolFault or IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.CompareExchange(ref fault, problem.Message, null);
            }

            return own;
        }

        // Pipelined, as mail programs and servers send; one line at a time would measure this client.
        async Task SendAsync(Wire wire, int turn)
        {
            StringBuilder commands = new("MAIL FROM:<u1@d0.test>\r\n");
            for (int recipient = 0; recipient < RecipientsPerMessage; recipient++)
            {
                long number = (long)turn * RecipientsPerMessage + recipient;
                commands.Append(CultureInfo.InvariantCulture, $"RCPT TO:<r{number}@d{number % Destinations}.out.test>\r\n");
            }

            commands.Append("DATA\r\n");
            await wire.SendAsync(commands.ToString(), cancellationToken);
            for (int reply = 0; reply <= RecipientsPerMessage; reply++)
                await wire.ExpectAsync('2', cancellationToken);
            await wire.ExpectAsync('3', cancellationToken);
            await wire.SendAsync(content, cancellationToken);
            await wire.ExpectAsync('2', cancellationToken);
        }

        async Task AskAsync(Wire wire, string command, char expected)
        {
            await wire.SendAsync(command + "\r\n", cancellationToken);
            await wire.ExpectAsync(expected, cancellationToken);
        }

        List<long>[] latencies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(ConnectionAsync, cancellationToken)));
        return LoadResult.From([.. latencies.SelectMany(x => x)], watch.Elapsed, fault);
    }

    private byte[] Content()
    {
        StringBuilder text = new("From: u1@d0.test\r\nTo: somebody@out.test\r\nSubject: bench\r\nMessage-ID: <bench@d0.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n", SizeBytes + 128);
        Random random = new(1);
        Span<byte> line = stackalloc byte[57];
        while (text.Length < SizeBytes)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }
}
