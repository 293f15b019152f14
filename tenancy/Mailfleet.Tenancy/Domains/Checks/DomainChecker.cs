using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>Looks at the DNS of every domain four times a day, and of one at once when somebody asks. Any number of processes may do it.</summary>
internal sealed partial class DomainChecker(
    DomainCheckTable table, IDnsRecords dns, LoseProofHandler loseProof, TenantSessions sessions, HostNames host, TimeProvider clock, ILogger<DomainChecker> logger)
    : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);        // what somebody who asked waits at most
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);
    internal static readonly TimeSpan AdriftFor = TimeSpan.FromDays(7);     // longer than a move that goes wrong, with a weekend in it

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoopAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;     // a host that stops, or did not come to start: no fault; the next one goes on
        }
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            int count = 0;
            try
            {
                count = await RunOnceAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(fault);
            }

            if (count < Batch)
                await Task.Delay(Poll, clock, stoppingToken);
        }
    }

    /// <summary>Looks at the domains that are due and says how many there were.</summary>
    internal async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<(DomainId Domain, CustomerId Customer)> due = await table.TakeDueAsync($".{host.Host}", Batch, now, now + Every, cancellationToken);
        await Parallel.ForEachAsync(due, cancellationToken, async (one, token) => await CheckAsync(one.Customer, one.Domain, token));
        return due.Count;
    }

    private async Task CheckAsync(CustomerId customer, DomainId id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(customer, id, cancellationToken) is not { } domain)
            return;

        Task<DnsAnswer> exchangers = dns.FindExchangersAsync(domain.Name.Value, cancellationToken);
        Task<DnsAnswer> texts = dns.FindTextsAsync(domain.Name.Value, cancellationToken);
        Task<DnsAnswer> dmarc = dns.FindTextsAsync($"_dmarc.{domain.Name}", cancellationToken);
        Task<DnsAnswer> proof = dns.FindTextsAsync(domain.ProofName, cancellationToken);
        await Task.WhenAll(exchangers, texts, dmarc, proof);
        IReadOnlyList<DnsRecordCheck> records = DnsJudge.Judge(domain, host.Host, await exchangers, await texts, await dmarc, await proof);

        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset? before = (await table.FindAsync([id], cancellationToken)).GetValueOrDefault(id)?.AdriftSince;
        DateTimeOffset? since = Drift(records, before, now);
        if (since is { } moment && now - moment >= AdriftFor && await loseProof.HandleAsync(customer, id, moment, cancellationToken))
        {
            LogLost(domain.Name.Value, moment);
            since = null;
        }

        await table.RecordAsync(id, records, now, since, cancellationToken);
    }

    // What cannot be seen changes nothing: neither a drift begins by it nor does one end.
    private static DateTimeOffset? Drift(IReadOnlyList<DnsRecordCheck> records, DateTimeOffset? before, DateTimeOffset now)
    {
        if (DnsJudge.IsAdrift(records))
            return before ?? now;
        return records.Any(record => record is { Purpose: "MX" or "PROOF", Verdict: DnsVerdict.Unknown }) ? before : null;
    }

    private async Task<Domain?> ReadAsync(CustomerId customer, DomainId id, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(customer, Actor.Operator("domain checks"), cancellationToken);
        return (await session.FoldStreamAsync<Domain>(id.Value, cancellationToken))?.State;
    }

    [LoggerMessage(LogLevel.Warning, "Domains cannot be checked; they wait")]
    private partial void LogAway(Exception fault);

    [LoggerMessage(LogLevel.Warning, "The mail of {Domain} has gone elsewhere since {Since}; it is local no longer")]
    private partial void LogLost(string domain, DateTimeOffset since);
}
