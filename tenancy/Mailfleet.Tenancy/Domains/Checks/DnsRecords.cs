using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>Asks the configured resolvers one after another until one answers.</summary>
internal sealed class DnsRecords : IDnsRecords
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly LookupClient _resolvers;

    public DnsRecords(TenancyOptions options) => _resolvers = new LookupClient(Options(options));

    public async Task<DnsAnswer> FindExchangersAsync(string name, CancellationToken cancellationToken) => await AskAsync<MxRecord>(
        name, QueryType.MX, records => records.OrderBy(record => record.Preference).Select(record => record.Exchange.Value.TrimEnd('.').ToLowerInvariant()), cancellationToken);

    public Task<DnsAnswer> FindTextsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<TxtRecord>(name, QueryType.TXT, records => records.Select(record => string.Concat(record.Text)), cancellationToken);

    private static LookupClientOptions Options(TenancyOptions options)
    {
        IPEndPoint[] servers = [.. options.DnsServers.Select(text => IPEndPoint.Parse(text)).Select(server => server.Port == 0 ? new IPEndPoint(server.Address, 53) : server)];
        LookupClientOptions lookup = servers.Length > 0 ? new LookupClientOptions(servers) : new LookupClientOptions();
        lookup.UseCache = false; // somebody has just changed the record and wants to see it
        lookup.Timeout = Timeout;
        lookup.Retries = 1;
        lookup.ThrowDnsErrors = false;
        return lookup;
    }

    private async Task<DnsAnswer> AskAsync<TRecord>(string name, QueryType type, Func<IEnumerable<TRecord>, IEnumerable<string>> read, CancellationToken cancellationToken)
        where TRecord : DnsResourceRecord
    {
        try
        {
            IDnsQueryResponse response = await _resolvers.QueryAsync(name, type, cancellationToken: cancellationToken);
            bool isAnswered = response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain;
            return new DnsAnswer(isAnswered, [.. read(response.Answers.OfType<TRecord>())]);
        }
        catch (DnsResponseException) // no resolver answered: that is the verdict, not a fault of ours
        {
            return new DnsAnswer(IsAnswered: false, []);
        }
    }
}
