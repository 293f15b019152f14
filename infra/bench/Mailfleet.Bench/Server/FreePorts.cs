using System.Net;
using System.Net.Sockets;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Server;

/// <summary>Ports on 127.0.0.1 that nothing listens on at the moment.</summary>
internal static class FreePorts
{
    private static readonly int[] Standalone = [2525, 2587, 2465, 2110, 2995, 2143, 2993, 2323, 2432, 8080, 8081, 8082];

    /// <summary>An offset that leaves every port of a standalone free; drawn, so that two benchmarks rarely meet.</summary>
    /// <exception cref="StartException">There is none.</exception>
    public static int StandaloneOffset()
    {
        int[] offsets = [.. Enumerable.Range(50, 149).Select(x => x * 100)];
        Random.Shared.Shuffle(offsets);
        int found = Array.Find(offsets, offset => Standalone.All(port => IsFree(port + offset)));
        return found > 0 ? found : throw new StartException("No port offset leaves a standalone's ports free.");
    }

    public static int One()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        using TcpListener probe = new(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
