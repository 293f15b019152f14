using System.Net;
using System.Net.Sockets;
using Mailfleet.Hosting;

namespace Mailfleet.Standalone;

/// <summary>The standalone's ports, all moved by one offset.</summary>
internal sealed record Ports(int Offset)
{
    public int Smtp => 2525 + Offset;

    public int Submission => 2587 + Offset;

    public int Submissions => 2465 + Offset;

    public int Pop3 => 2110 + Offset;

    public int Pop3s => 2995 + Offset;

    public int Postgres => 2432 + Offset;

    public int Api => 8080 + Offset;

    public int NodeHttp => 8082 + Offset;

    /// <exception cref="StartException">The offset is not one of those that keep the ports apart.</exception>
    public static Ports At(int offset) => offset is >= 0 and < 20_000 && offset % 100 == 0
        ? new Ports(offset)
        : throw new StartException($"--port-offset is {offset}; it must be a multiple of 100 from 0 to 19900.");

    /// <exception cref="StartException">Names the first port that is taken and the service that needs it.</exception>
    public void EnsureFree()
    {
        foreach ((string service, int port) in ((string, int)[])[
            ("SMTP", Smtp), ("submission", Submission), ("submissions", Submissions), ("POP3", Pop3), ("POP3S", Pop3s), ("the portal and API", Api), ("the node's HTTP", NodeHttp)])
        {
            using TcpListener probe = new(IPAddress.Loopback, port);
            try
            {
                probe.Start();
            }
            catch (SocketException problem)
            {
                throw new StartException($"Port {port} on 127.0.0.1, which {service} needs, is in use. Stop what uses it, or choose other ports with --port-offset.", problem);
            }
        }
    }
}
