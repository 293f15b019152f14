using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Peers;

/// <summary>Waits until a server that was just started takes connections.</summary>
internal static class Listening
{
    /// <exception cref="StartException">It ended first, or does not listen after ten seconds.</exception>
    public static async Task WaitAsync(IPEndPoint target, Process? process, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(target, cancellationToken);
                return;
            }
            catch (SocketException) when (process is not { HasExited: true } && watch.Elapsed < TimeSpan.FromSeconds(10))
            {
                // Not yet.
            }
            catch (SocketException problem)
            {
                throw new StartException($"Nothing listens on {target}: {problem.Message}", problem);
            }
        }
    }
}
