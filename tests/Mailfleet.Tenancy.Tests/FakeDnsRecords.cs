using System.Collections.Concurrent;
using Mailfleet.Tenancy.Domains.Checks;

namespace Mailfleet.Tenancy.Tests;

/// <summary>A world's DNS that a test writes. A name that nobody wrote does not exist.</summary>
internal sealed class FakeDnsRecords : IDnsRecords
{
    public volatile bool IsAway;

    public ConcurrentDictionary<string, string[]> Exchangers { get; } = new();

    public ConcurrentDictionary<string, string[]> Texts { get; } = new();

    public Task<DnsAnswer> FindExchangersAsync(string name, CancellationToken cancellationToken) => AnswerAsync(Exchangers, name);

    public Task<DnsAnswer> FindTextsAsync(string name, CancellationToken cancellationToken) => AnswerAsync(Texts, name);

    private Task<DnsAnswer> AnswerAsync(ConcurrentDictionary<string, string[]> records, string name) =>
        Task.FromResult(IsAway ? new DnsAnswer(false, []) : new DnsAnswer(true, records.GetValueOrDefault(name, [])));
}
