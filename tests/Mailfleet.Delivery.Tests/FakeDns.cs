using System.Net;
using Mailfleet.Delivery.Resolving;

namespace Mailfleet.Delivery.Tests;

/// <summary>DNS by heart: <c>name MX 10 host</c>, <c>name A address</c>, <c>name FAULT</c>; a name without a line does not exist.</summary>
internal sealed class FakeDns(params string[] records) : IMailDns
{
    private readonly string[][] _records = [.. records.Select(record => record.Split(' '))];

    public int Asked { get; private set; }

    public Task<DnsAnswer<Exchanger>> FindExchangersAsync(string domain, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(domain, words => words[1] == "MX" ? new Exchanger(int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture), words.ElementAtOrDefault(3) ?? "") : default(Exchanger?)));

    public Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        DnsAnswer<int> found = Answer(host, words => words[1] == "A" ? Array.IndexOf(_records, words) : default(int?));
        return Task.FromResult(new DnsAnswer<IPAddress>(found.Status, [.. found.Records.Select(index => IPAddress.Parse(_records[index][2]))]));
    }

    private DnsAnswer<T> Answer<T>(string name, Func<string[], T?> read)
        where T : struct
    {
        Asked++;
        string[][] own = [.. _records.Where(words => words[0] == name)];
        if (own.Any(words => words[1] == "FAULT"))
            return new DnsAnswer<T>(DnsStatus.Fault, []);
        T[] found = [.. own.Select(read).OfType<T>()];
        return new DnsAnswer<T>(own.Length == 0 ? DnsStatus.NoName : found.Length == 0 ? DnsStatus.NoRecord : DnsStatus.Found, found);
    }
}
