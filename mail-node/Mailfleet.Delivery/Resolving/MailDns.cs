using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Delivery.Resolving;

/// <summary>Asks the resolvers of the settings, or the system's. Answers are kept as long as their records say.</summary>
public sealed partial class MailDns : IMailDns
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);     // resolvers themselves give up after some 10 s; the retry doubles it
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);   // a mail farm that moves is found within the hour, whatever its records say

    private readonly LookupClient _resolver;
    private readonly ILogger _log;

    /// <param name="servers">Resolvers; the system's when empty.</param>
    public MailDns(IReadOnlyList<IPEndPoint> servers, ILogger log)
    {
        (_log, Servers) = (log, servers);
        NameServer[] asked = servers.Count > 0 ? [.. servers.Select(server => new NameServer(server))] : [.. NameServer.ResolveNameServers()];
        _resolver = new LookupClient(new LookupClientOptions(asked) { UseCache = true, MaximumCacheTimeout = MaxLifetime, Timeout = Timeout, Retries = 1, ThrowDnsErrors = false });
    }

    /// <summary>The resolvers that were named; none when the system's are asked.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; }

    public async Task<DnsAnswer<Exchanger>> FindExchangersAsync(string domain, CancellationToken cancellationToken) => await AskAsync(
        domain, QueryType.MX, record => record is MxRecord mx ? new Exchanger(mx.Preference, NameOf(mx.Exchange)) : default(Exchanger?), cancellationToken);

    public async Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        DnsAnswer<IPAddress>[] answers = await Task.WhenAll(FindAsync(QueryType.A), FindAsync(QueryType.AAAA));
        IPAddress[] addresses = [.. answers.SelectMany(answer => answer.Records)];
        if (addresses.Length > 0)
            return new DnsAnswer<IPAddress>(DnsStatus.Found, addresses);
        return answers[0].Status == DnsStatus.Fault || answers[1].Status == DnsStatus.Fault ? new DnsAnswer<IPAddress>(DnsStatus.Fault, []) : answers[0];

        async Task<DnsAnswer<IPAddress>> FindAsync(QueryType type)
        {
            DnsAnswer<Box> found = await AskAsync(host, type, record => record is AddressRecord address ? new Box(address.Address) : default(Box?), cancellationToken);
            return new DnsAnswer<IPAddress>(found.Status, [.. found.Records.Select(box => box.Address)]);
        }
    }

    private static string NameOf(DnsString name) => name.Value.TrimEnd('.').ToLowerInvariant();

    private async Task<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancellationToken)
        where T : struct
    {
        try
        {
            // The root dot keeps the system's search list out of it.
            IDnsQueryResponse response = await _resolver.QueryAsync(name + ".", type, cancellationToken: cancellationToken);
            if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                return new DnsAnswer<T>(DnsStatus.NoName, []);
            if (!response.HasError)
            {
                T[] records = [.. response.Answers.Select(read).OfType<T>()];
                return new DnsAnswer<T>(records.Length > 0 ? DnsStatus.Found : DnsStatus.NoRecord, records);
            }

            LogUnanswered(null, name, type, response.ErrorMessage);
        }
        catch (DnsResponseException fault)
        {
            LogUnanswered(fault, name, type, fault.DnsError);
        }

        return new DnsAnswer<T>(DnsStatus.Fault, []);
    }

    [LoggerMessage(LogLevel.Information, "No resolver could say the {Type} records of {Name}: {Problem}")]
    private partial void LogUnanswered(Exception? fault, string name, QueryType type, string problem);

    private readonly record struct Box(IPAddress Address);
}
