using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mailfleet.Bench.Load;

/// <summary>Sends a load over many connections as smtp-source does: one command, one reply, no pipelining.</summary>
internal sealed class SmtpLoad(MailLoad load)
{
    public Task<LoadResult> RunAsync(CancellationToken cancellationToken) => RunAsync(CancellationToken.None, cancellationToken);

    /// <summary>Sends until asked to end; the message under way is finished.</summary>
    public Task<LoadResult> RunUntilAsync(CancellationToken end) => RunAsync(end, CancellationToken.None);

    private async Task<LoadResult> RunAsync(CancellationToken end, CancellationToken cancellationToken)
    {
        byte[] content = Content();
        int next = 0;
        ConcurrentBag<long[]> latencies = [];
        Stopwatch watch = Stopwatch.StartNew();
        string? fault = null;

        async Task ConnectionAsync()
        {
            List<long> own = [];
            Wire? wire = null;
            try
            {
                for (int turn; (turn = Interlocked.Increment(ref next) - 1) < load.Messages && !end.IsCancellationRequested;)
                {
                    long start = Stopwatch.GetTimestamp();
                    wire ??= await OpenAsync(cancellationToken);
                    await SendAsync(wire, turn, content, cancellationToken);
                    if (!load.KeepConnections)
                    {
                        await wire.SendAsync("QUIT\r\n", cancellationToken);
                        await wire.ExpectAsync('2', cancellationToken);
                        wire.Dispose();
                        wire = null;
                    }

                    own.Add(Stopwatch.GetTimestamp() - start);
                }

                if (wire is not null)
                    await wire.SendAsync("QUIT\r\n", cancellationToken);
            }
            catch (Exception problem) when (problem is ProtocolFault or IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.CompareExchange(ref fault, problem.Message, null);
            }
            finally
            {
                wire?.Dispose();
                latencies.Add([.. own]);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, load.Connections).Select(_ => Task.Run(ConnectionAsync, cancellationToken)));
        return LoadResult.From([.. latencies.SelectMany(x => x)], watch.Elapsed, fault);
    }

    private async Task<Wire> OpenAsync(CancellationToken cancellationToken)
    {
        Wire wire = await Wire.ConnectAsync(load.Target, tls: false, cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        await wire.SendAsync("EHLO bench.test\r\n", cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        return wire;
    }

    private async Task SendAsync(Wire wire, int turn, byte[] content, CancellationToken cancellationToken)
    {
        await wire.SendAsync("MAIL FROM:<load@bench.test>\r\n", cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        for (int recipient = 0; recipient < load.RecipientsPerMessage; recipient++)
        {
            int number = (int)(((long)turn * load.RecipientsPerMessage + recipient) % load.Mailboxes) + 1;
            await wire.SendAsync(string.Create(CultureInfo.InvariantCulture, $"RCPT TO:<u{number}@d{number % load.Domains}.test>\r\n"), cancellationToken);
            await wire.ExpectAsync('2', cancellationToken);
        }

        await wire.SendAsync("DATA\r\n", cancellationToken);
        await wire.ExpectAsync('3', cancellationToken);
        await wire.SendAsync(content, cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
    }

    // Lines of 76 characters that differ: neither a filter nor a compressing disk gets it for free.
    private byte[] Content()
    {
        StringBuilder text = new("From: load@bench.test\r\nTo: someone@bench.test\r\nSubject: bench\r\nMessage-ID: <bench@bench.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n", load.SizeBytes + 128);
        Random random = new(1);
        Span<byte> line = stackalloc byte[57];
        while (text.Length < load.SizeBytes)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }

        text.Append(".\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
