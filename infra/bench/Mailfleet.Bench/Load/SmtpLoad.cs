using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mailfleet.Bench.Load;

/// <summary>Sends messages over many connections as smtp-source does: one command, one reply, no pipelining.</summary>
/// <param name="Recipient">Address pattern: <c>{i}</c> is the message's turn modulo <paramref name="Mailboxes"/> plus 1, <c>{d}</c> that number modulo <paramref name="Domains"/>.</param>
/// <param name="KeepConnections">One connection for many messages (smtp-source -d), or one a message.</param>
internal sealed record SmtpLoad(
    IPEndPoint Target, int Connections, int Messages, int SizeBytes, string Recipient, int Mailboxes, int Domains, int RecipientsPerMessage, bool KeepConnections)
{
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        byte[] content = Content();
        int next = 0;
        ConcurrentBag<long[]> latencies = [];
        Stopwatch watch = Stopwatch.StartNew();
        string? fault = null;

        async Task ConnectionAsync()
        {
            List<long> own = new(Messages / Connections + 1);
            Wire? wire = null;
            try
            {
                for (int turn; (turn = Interlocked.Increment(ref next) - 1) < Messages;)
                {
                    long start = Stopwatch.GetTimestamp();
                    wire ??= await OpenAsync(cancellationToken);
                    await SendAsync(wire, turn, content, cancellationToken);
                    if (!KeepConnections)
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

        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(ConnectionAsync, cancellationToken)));
        return LoadResult.From([.. latencies.SelectMany(x => x)], watch.Elapsed, fault);
    }

    private async Task<Wire> OpenAsync(CancellationToken cancellationToken)
    {
        Wire wire = await Wire.ConnectAsync(Target, tls: false, cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        await wire.SendAsync("EHLO bench.test\r\n", cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        return wire;
    }

    private async Task SendAsync(Wire wire, int turn, byte[] content, CancellationToken cancellationToken)
    {
        await wire.SendAsync("MAIL FROM:<load@bench.test>\r\n", cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
        for (int recipient = 0; recipient < RecipientsPerMessage; recipient++)
        {
            int number = (int)(((long)turn * RecipientsPerMessage + recipient) % Mailboxes) + 1;
            string address = Recipient.Replace("{i}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{d}", (number % Domains).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            await wire.SendAsync($"RCPT TO:<{address}>\r\n", cancellationToken);
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
        StringBuilder text = new("From: load@bench.test\r\nTo: someone@bench.test\r\nSubject: bench\r\nMessage-ID: <bench@bench.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n", SizeBytes + 128);
        Random random = new(1);
        Span<byte> line = stackalloc byte[57];
        while (text.Length < SizeBytes)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }

        text.Append(".\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
