using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Domains;

/// <summary>Asks each resolver on its own, so that one that lies or lags cannot prove a domain.</summary>
internal sealed partial class DnsProofResolver : IProofResolver
{
    private const int DnsPort = 53;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3); // a person waits for the page; a retry doubles it

    private volatile LookupClient[] _resolvers;
    private readonly ILogger<DnsProofResolver> _logger;

    public DnsProofResolver(TenancyOptions options, ILogger<DnsProofResolver> logger)
    {
        _logger = logger;
        _resolvers = ClientsOf(options.DnsServers);
    }

    /// <summary>Other resolvers for questions from now on; the system's when there are none.</summary>
    /// <exception cref="FormatException">One is no address; all stays as it was.</exception>
    public void Reload(IReadOnlyList<string> servers) => _resolvers = ClientsOf(servers);

    public async Task<bool> IsProvenAsync(string name, string value, CancellationToken cancellationToken)
    {
        bool[] answers = await Task.WhenAll(_resolvers.Select(resolver => ShowsAsync(resolver, name, value, cancellationToken)));
        return answers.Length > 0 && answers.All(shows => shows);
    }

    private static LookupClient[] ClientsOf(IReadOnlyList<string> servers) =>
    [
        .. (servers.Count > 0 ? servers.Select(ParseServer) : NameServer.ResolveNameServers()).Select(server => new LookupClient(new LookupClientOptions(server)
        {
            UseCache = false, // somebody has just made the record
            Timeout = Timeout,
            Retries = 1,
            ThrowDnsErrors = false,
        })),
    ];

    private static NameServer ParseServer(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? address)
            ? new NameServer(address.Address, address.Port == 0 ? DnsPort : address.Port)
            : throw new FormatException($"'{text}' is not the address of a DNS server, like 127.0.0.1:53.");

    private async Task<bool> ShowsAsync(LookupClient resolver, string name, string value, CancellationToken cancellationToken)
    {
        try
        {
            IDnsQueryResponse response = await resolver.QueryAsync(name, QueryType.TXT, cancellationToken: cancellationToken);
            // RFC 7208 §3.3: the strings of one record are one text.
            return !response.HasError && response.Answers.OfType<TxtRecord>().Any(record => string.Concat(record.Text) == value);
        }
        catch (DnsResponseException fault)
        {
            LogUnanswered(fault, name, resolver.NameServers.First().ToString());
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Resolver {Resolver} did not answer for {Name}; the domain stays unproven")]
    private partial void LogUnanswered(Exception fault, string name, string? resolver);
}
