using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Mailfleet.Bench.Load;

/// <summary>POP3 sessions: log in, UIDL, then some RETRs (0 for log-ins alone), QUIT; a connection a session.</summary>
internal sealed record Pop3Load(IPEndPoint Target, int Connections, int Sessions, int RetrievalsPerSession, string User, string Password, int Mailboxes, int Domains)
{
    /// <summary>Counts messages fetched, or sessions when none is fetched.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        int next = 0;
        ConcurrentBag<long> latencies = [];
        string? fault = null;
        Stopwatch watch = Stopwatch.StartNew();

        async Task ConnectionAsync()
        {
            try
            {
                for (int turn; (turn = Interlocked.Increment(ref next) - 1) < Sessions;)
                {
                    long start = Stopwatch.GetTimestamp();
                    using Wire wire = await Wire.ConnectAsync(Target, tls: false, cancellationToken);
                    await ExpectOkAsync(wire, cancellationToken);
                    int number = turn % Mailboxes + 1;
                    string user = User.Replace("{i}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                        .Replace("{d}", (number % Domains).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                    await CommandAsync(wire, $"USER {user}\r\n", cancellationToken);
                    await CommandAsync(wire, $"PASS {Password}\r\n", cancellationToken);
                    if (RetrievalsPerSession > 0)
                    {
                        await CommandAsync(wire, "UIDL\r\n", cancellationToken);
                        await wire.SkipDotBlockAsync(cancellationToken);
                    }

                    for (int message = 1; message <= RetrievalsPerSession; message++)
                    {
                        long retrieval = Stopwatch.GetTimestamp();
                        await CommandAsync(wire, $"RETR {message}\r\n", cancellationToken);
                        await wire.SkipDotBlockAsync(cancellationToken);
                        latencies.Add(Stopwatch.GetTimestamp() - retrieval);
                    }

                    await CommandAsync(wire, "QUIT\r\n", cancellationToken);
                    if (RetrievalsPerSession == 0)
                        latencies.Add(Stopwatch.GetTimestamp() - start);
                }
            }
            catch (Exception problem) when (problem is ProtocolFault or IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.CompareExchange(ref fault, problem.Message, null);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(ConnectionAsync, cancellationToken)));
        return LoadResult.From(latencies, watch.Elapsed, fault);
    }

    private static async Task CommandAsync(Wire wire, string command, CancellationToken cancellationToken)
    {
        await wire.SendAsync(command, cancellationToken);
        await ExpectOkAsync(wire, cancellationToken);
    }

    private static async Task ExpectOkAsync(Wire wire, CancellationToken cancellationToken)
    {
        string line = await wire.ReadLineAsync(cancellationToken);
        if (!line.StartsWith("+OK", StringComparison.Ordinal))
            throw new ProtocolFault(line);
    }
}
