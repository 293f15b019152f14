using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mailfleet.Bench.Load;

/// <summary>Clients on a slow line: each sends message after message at a fixed rate until the time is up; a message under way is finished.</summary>
internal sealed record SlowSmtpLoad(IPEndPoint Target, int Clients, int BytesPerSecond, int SizeBytes, TimeSpan Duration, int Mailboxes)
{
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        ConcurrentBag<long> latencies = [];
        string? fault = null;
        byte[] chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 62) + "\r\n", BytesPerSecond / 64)));
        Stopwatch watch = Stopwatch.StartNew();

        async Task ClientAsync(int number)
        {
            try
            {
                using Wire wire = await Wire.ConnectAsync(Target, tls: false, cancellationToken, bufferBytes: 512);
                await wire.ExpectAsync('2', cancellationToken);
                await CommandAsync(wire, "EHLO slow.test", '2');
                using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
                while (watch.Elapsed < Duration)
                {
                    long start = Stopwatch.GetTimestamp();
                    await CommandAsync(wire, "MAIL FROM:<slow@bench.test>", '2');
                    await CommandAsync(wire, string.Create(CultureInfo.InvariantCulture, $"RCPT TO:<u{number % Mailboxes + 1}@d0.test>"), '2');
                    await CommandAsync(wire, "DATA", '3');
                    await wire.SendAsync("From: slow@bench.test\r\nSubject: slow\r\n\r\n", cancellationToken);
                    for (int sent = 0; sent < SizeBytes; sent += chunk.Length)
                    {
                        await second.WaitForNextTickAsync(cancellationToken);
                        await wire.SendAsync(chunk, cancellationToken);
                    }

                    await CommandAsync(wire, ".", '2');
                    latencies.Add(Stopwatch.GetTimestamp() - start);
                }

                await CommandAsync(wire, "QUIT", '2');
            }
            catch (Exception problem) when (problem is ProtocolFault or IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.CompareExchange(ref fault, problem.Message, null);
            }
        }

        async ValueTask CommandAsync(Wire wire, string command, char expected)
        {
            await wire.SendAsync(command + "\r\n", cancellationToken);
            await wire.ExpectAsync(expected, cancellationToken);
        }

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(ClientAsync));
        return LoadResult.From(latencies, watch.Elapsed, fault);
    }
}
