using Mailfleet.Message;

namespace Mailfleet.Delivery.Routing;

/// <summary>Routes by domain; the most specific wins: the name itself, then the longest name that it is below, then <c>*</c>.</summary>
public sealed class RouteTable
{
    private const string Everything = "*";
    private const string Below = "*.";

    private readonly Dictionary<string, MailRoute> _exact = [];
    private readonly Dictionary<string, MailRoute> _below = [];
    private readonly MailRoute? _everything;

    /// <exception cref="ArgumentException">A route cannot be meant so; the text says which and why.</exception>
    public RouteTable(IEnumerable<MailRoute> routes)
    {
        foreach (MailRoute route in routes)
        {
            if (FaultOf(route) is { } fault)
                throw new ArgumentException(fault, nameof(routes));
            bool isNew = route.Pattern switch
            {
                Everything => _everything is null,
                _ when route.Pattern.StartsWith(Below, StringComparison.Ordinal) => _below.TryAdd(MailDomain.Normalize(route.Pattern[Below.Length..])!, route),
                _ => _exact.TryAdd(MailDomain.Normalize(route.Pattern)!, route),
            };
            if (!isNew)
                throw new ArgumentException($"There are two routes for '{route.Pattern}'.", nameof(routes));
            if (route.Pattern == Everything)
                _everything = route;
        }
    }

    public static RouteTable Empty { get; } = new([]);

    /// <summary>What is wrong with a route, or null.</summary>
    public static string? FaultOf(MailRoute route)
    {
        string name = route.Pattern.StartsWith(Below, StringComparison.Ordinal) ? route.Pattern[Below.Length..] : route.Pattern;
        if (route.Pattern != Everything && MailDomain.Normalize(name) is null)
            return $"'{route.Pattern}' is no pattern of a route; write a domain, *.domain or *.";
        if (!System.Net.IPAddress.TryParse(route.Host, out _) && (MailDomain.Normalize(route.Host) is null || route.Host.StartsWith('[')))
            return $"'{route.Host}' is no host of a route; write a name or an address.";
        return route.Port is > 0 and <= 65535 ? null : $"{route.Port} is no port of a route.";
    }

    /// <param name="domain">In lower-case A-labels.</param>
    public MailRoute? Find(string domain)
    {
        if (_exact.TryGetValue(domain, out MailRoute? route))
            return route;
        for (int dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_below.TryGetValue(domain[(dot + 1)..], out route))
                return route;
        }

        return _everything;
    }
}
