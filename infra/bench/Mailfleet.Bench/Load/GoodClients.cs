using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Mailfleet.Bench.Prepare;

namespace Mailfleet.Bench.Load;

/// <summary>
/// What a server is for: hosts that send a message a second over connections they keep, and users who look for mail over TLS from where they always do. None is
/// trusted. Latencies are of a message until its 250, and of a whole POP3 session from the connection to its end.
/// </summary>
internal sealed class GoodClients(IPEndPoint smtp, IPEndPoint pop3s)
{
    private const int Hosts = 20;
    private const int Users = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _content = Encoding.ASCII.GetBytes($"From: good@bench.test\r\nSubject: good\r\n\r\n{string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 130))}.\r\n");

    public async Task<(LoadResult Messages, LoadResult Sessions)> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        Task<LoadResult> messages = ManyAsync(Hosts, duration, SendAsync, cancellationToken);
        Task<LoadResult> sessions = ManyAsync(Users, duration, LookAsync, cancellationToken);
        return (await messages, await sessions);
    }

    private static async Task<LoadResult> ManyAsync(int count, TimeSpan duration, Func<int, TimeSpan, ConcurrentBag<long>, CancellationToken, Task> client, CancellationToken cancellationToken)
    {
        ConcurrentBag<long> latencies = [];
        string? fault = null;
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(
            async () =>
            {
                try
                {
                    await Task.Delay(Interval / count * number, cancellationToken);
                    await client(number, duration, latencies, cancellationToken);
                }
                catch (Exception problem) when (problem is ProtocolFault or IOException or System.Net.Sockets.SocketException)
                {
                    Interlocked.CompareExchange(ref fault, $"a good client: {problem.Message}", null);
                }
            },
            cancellationToken)));
        return LoadResult.From(latencies, watch.Elapsed, fault);
    }

    private async Task SendAsync(int number, TimeSpan duration, ConcurrentBag<long> latencies, CancellationToken cancellationToken)
    {
        using Wire wire = await Wire.ConnectAsync(smtp, tls: false, cancellationToken, from: AddressOf(number));
        await wire.ExpectAsync('2', cancellationToken);
        await AskAsync(wire, "EHLO good.test", '2');
        using PeriodicTimer timer = new(Interval);
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < duration && await timer.WaitForNextTickAsync(cancellationToken);)
        {
            long start = Stopwatch.GetTimestamp();
            await AskAsync(wire, "MAIL FROM:<good@bench.test>", '2');
            await AskAsync(wire, string.Create(CultureInfo.InvariantCulture, $"RCPT TO:<u{number + 1}@d0.test>"), '2');
            await AskAsync(wire, "DATA", '3');
            await wire.SendAsync(_content, cancellationToken);
            await wire.ExpectAsync('2', cancellationToken);
            latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        async Task AskAsync(Wire to, string command, char expected)
        {
            await to.SendAsync(command + "\r\n", cancellationToken);
            await to.ExpectAsync(expected, cancellationToken);
        }
    }

    private async Task LookAsync(int number, TimeSpan duration, ConcurrentBag<long> latencies, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval);
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < duration && await timer.WaitForNextTickAsync(cancellationToken);)
        {
            long start = Stopwatch.GetTimestamp();
            using Wire wire = await Wire.ConnectAsync(pop3s, tls: true, cancellationToken, from: AddressOf(100 + number));
            await OkAsync(wire);
            foreach (string command in (string[])[$"USER u{number + 1}@d0.test", $"PASS {BenchMailboxes.Password}", "STAT", "QUIT"])
            {
                await wire.SendAsync(command + "\r\n", cancellationToken);
                await OkAsync(wire);
            }

            latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        async Task OkAsync(Wire from)
        {
            string answer = await from.ReadLineAsync(cancellationToken);
            if (!answer.StartsWith("+OK", StringComparison.Ordinal))
                throw new ProtocolFault(answer);
        }
    }

    private static IPAddress AddressOf(int number) => new([127, 65, (byte)number, 1]);
}
