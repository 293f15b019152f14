using System.Globalization;
using System.Net;
using Mailfleet.Delivery;
using Mailfleet.Delivery.Resolving;
using Mailfleet.Delivery.Routing;
using Mailfleet.Node.Options;

namespace Mailfleet.Node.Outbound;

/// <summary>Reads what the settings say of the way out.</summary>
internal static class OutboundSettings
{
    private const int DnsPort = 53;

    /// <summary>What is wrong with them, each in one sentence.</summary>
    public static IEnumerable<string> FaultsOf(NodeOptions options)
    {
        foreach (string server in options.Dns.Servers.Where(server => !IPEndPoint.TryParse(server, out _)))
            yield return $"'{server}' in dns.servers is not the address of a DNS server, like 127.0.0.1:53.";
        string? fault = null;
        try
        {
            _ = RoutesOf(options);
        }
        catch (ArgumentException problem)
        {
            fault = problem.Message;
        }

        if (fault is not null)
            yield return $"routes: {fault}";
    }

    public static DeliveryOptions DeliveryOf(NodeOptions options) => new()
    {
        HostName = options.HostName.ToLowerInvariant(),
        Routes = RoutesOf(options),
        Port = options.Delivery.Port,
        AllowPrivate = options.Delivery.AllowPrivate,
        OwnEndpoints = [new IPEndPoint(IPAddress.Parse(options.Listen), options.Ports.Smtp)],
    };

    public static IMailDns DnsOf(NodeOptions options, ILoggerFactory loggers) => new MailDns(
        [.. options.Dns.Servers.Select(IPEndPoint.Parse).Select(server => server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server)], loggers.CreateLogger<MailDns>());

    private static RouteTable RoutesOf(NodeOptions options) => new(options.Routes.Select(route => new MailRoute(
        route.Pattern,
        route.Host,
        int.TryParse(route.Port, NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : throw new ArgumentException($"'{route.Port}' is no port of a route."),
        Enum.TryParse(route.Tls, ignoreCase: true, out TlsPolicy tls) && Enum.IsDefined(tls) ? tls : throw new ArgumentException($"'{route.Tls}' is no tls of a route; write none, opportunistic or required."))));
}
