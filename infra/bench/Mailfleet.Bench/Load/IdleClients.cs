using System.Net;

namespace Mailfleet.Bench.Load;

/// <summary>Connections that said hello, or logged in, and then do nothing; held until disposed.</summary>
internal sealed class IdleClients : IDisposable
{
    private const int AtOnce = 50; // handshakes under way: enough to keep both sides busy

    private readonly List<Wire> _wires = [];

    /// <summary>Opens more connections. <paramref name="greet"/> says what each does before it falls silent.</summary>
    public Task OpenAsync(int count, IPEndPoint target, bool tls, Func<Wire, CancellationToken, ValueTask> greet, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), Options(cancellationToken), async (_, token) =>
        {
            Wire wire = await Wire.ConnectAsync(target, tls, token, bufferBytes: 512);
            lock (_wires)
                _wires.Add(wire);
            await greet(wire, token);
        });

    /// <summary>How many still answer NOOP, which SMTP and POP3 both have.</summary>
    public async Task<int> AliveAsync(CancellationToken cancellationToken)
    {
        int alive = 0;
        await Parallel.ForEachAsync(_wires, Options(cancellationToken), async (wire, token) =>
        {
            try
            {
                await wire.SendAsync("NOOP\r\n", token);
                if (await wire.ReadLineAsync(token) is ['2' or '+', ..])
                    Interlocked.Increment(ref alive);
            }
            catch (Exception problem) when (problem is ProtocolFault or IOException)
            {
                // The server has closed it: not alive.
            }
        });
        return alive;
    }

    public void Dispose() => _wires.ForEach(x => x.Dispose());

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
}
