using System.Net;
using Mailfleet.Delivery.Routing;

namespace Mailfleet.Delivery.Resolving;

/// <summary>One address to try.</summary>
/// <param name="Name">The server's name as DNS or the route gives it; for TLS and for the trace.</param>
public sealed record MailServer(string Name, IPEndPoint Endpoint, TlsPolicy Tls)
{
    public override string ToString() => $"{Name} [{Endpoint.Address}]:{Endpoint.Port}";
}
