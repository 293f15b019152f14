using System.Net;
using System.Net.Sockets;
using Mailfleet.Delivery.Routing;
using Mailfleet.Message;

namespace Mailfleet.Delivery.Resolving;

/// <summary>Finds the servers of a domain: by route, by address literal, by MX, and where there is none by the domain's own address (RFC 5321 §5.1).</summary>
internal sealed class DestinationResolver(IMailDns dns, DeliveryOptions options)
{
    /// <param name="domain">As <see cref="MailDomain.Normalize"/> writes it.</param>
    public async Task<Destination> ResolveAsync(string domain, CancellationToken cancellationToken)
    {
        if (options.Routes.Find(domain) is { } route)
            return await FollowAsync(route, cancellationToken);
        if (domain.StartsWith('['))
            return FromLiteral(domain);

        DnsAnswer<Exchanger> found = await dns.FindExchangersAsync(domain, cancellationToken);
        switch (found.Status)
        {
            case DnsStatus.Fault:
                return Destination.Unreachable("4.4.3", $"The exchangers of {domain} could not be looked up");
            case DnsStatus.NoName:
                return Destination.Unreachable("5.1.2", $"There is no domain {domain}");
            case DnsStatus.NoRecord:
                return await CollectAsync(domain, [domain], isImplicit: true, cancellationToken);
        }

        if (found.Records.Any(record => record.Host.Length == 0))
            return Destination.Unreachable("5.1.10", $"{domain} takes no mail (null MX)");       // RFC 7505 §4.2
        List<string> hosts = InOrder(found.Records);
        return hosts.Count > 0
            ? await CollectAsync(domain, hosts, isImplicit: false, cancellationToken)
            : Destination.Unreachable("5.4.6", $"The mail exchanger of {domain} is this host, and it does not know the domain");
    }

    /// <summary>Best first, equals in random order (§5.1); none from our own preference on, or mail would go in circles.</summary>
    private List<string> InOrder(IReadOnlyList<Exchanger> records)
    {
        int own = records.Where(record => record.Host == options.HostName).Select(record => record.Preference).DefaultIfEmpty(int.MaxValue).Min();
        Exchanger[] usable = [.. records.Where(record => record.Preference < own)];
        Random.Shared.Shuffle(usable);
        return [.. usable.OrderBy(record => record.Preference).Select(record => record.Host).Distinct().Take(options.MaxExchangers)];
    }

    private async Task<Destination> CollectAsync(string domain, IReadOnlyList<string> hosts, bool isImplicit, CancellationToken cancellationToken)
    {
        List<MailServer> servers = [];
        (bool isUnsure, bool isPrivate, bool isOwn) = (false, false, false);
        foreach (string host in hosts)
        {
            if (servers.Count >= options.MaxAddresses)
                break;
            DnsAnswer<IPAddress> found = await dns.FindAddressesAsync(host, cancellationToken);
            isUnsure |= found.Status == DnsStatus.Fault;
            foreach (IPAddress address in found.Records.OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6))
            {
                IPEndPoint endpoint = new(address, options.Port);
                if (!options.AllowPrivate && !PublicAddress.Is(address))
                    isPrivate = true;
                else if (options.OwnEndpoints.Contains(endpoint))
                    isOwn = true;
                else if (servers.Count < options.MaxAddresses)
                    servers.Add(new MailServer(host, endpoint, TlsPolicy.Opportunistic));
            }

            // §5.1: what stands behind us in the list would only bring the mail back.
            if (isOwn)
                break;
        }

        if (servers.Count > 0)
            return new Destination(servers, null);
        if (isOwn)
            return Destination.Unreachable("5.4.6", $"The mail exchanger of {domain} is this host, and it does not know the domain");
        if (isUnsure)
            return Destination.Unreachable("4.4.3", $"The addresses of {domain}'s exchangers could not be looked up");
        if (isPrivate)
            return Destination.Unreachable("5.4.4", $"The exchangers of {domain} have private addresses only");
        return Destination.Unreachable("5.4.4", isImplicit ? $"{domain} has neither exchanger nor address" : $"The exchangers of {domain} have no address");
    }

    // A literal is no way around what DNS may not do either.
    private Destination FromLiteral(string domain)
    {
        string text = domain[1..^1];
        IPAddress address = IPAddress.Parse(text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? text["IPv6:".Length..] : text);
        return options.AllowPrivate || PublicAddress.Is(address)
            ? new Destination([new MailServer(domain, new IPEndPoint(address, options.Port), TlsPolicy.Opportunistic)], null)
            : Destination.Unreachable("5.4.4", $"{domain} is a private address");
    }

    private async Task<Destination> FollowAsync(MailRoute route, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(route.Host, out IPAddress? address))
            return new Destination([new MailServer(route.Host, new IPEndPoint(address, route.Port), route.Tls)], null);
        DnsAnswer<IPAddress> found = await dns.FindAddressesAsync(route.Host, cancellationToken);

        // An operator's typing error must not bounce a customer's mail: it waits.
        return found.Status == DnsStatus.Found
            ? new Destination([.. found.Records.Take(options.MaxAddresses).Select(at => new MailServer(route.Host, new IPEndPoint(at, route.Port), route.Tls))], null)
            : Destination.Unreachable("4.4.3", $"The address of the route's host {route.Host} could not be looked up");
    }
}
