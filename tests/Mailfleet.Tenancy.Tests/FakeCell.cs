using System.Collections.Concurrent;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Provisioning;

namespace Mailfleet.Tenancy.Tests;

/// <summary>A cell that can go away, refuse, and tell what it was sent.</summary>
internal sealed class FakeCell : ICellLink
{
    private readonly ConcurrentDictionary<string, long> _versions = new();

    public volatile bool IsAway;

    public ConcurrentQueue<DesiredBatch> Batches { get; } = new();

    public ConcurrentQueue<SetPasswordCommand> Passwords { get; } = new();

    /// <summary>Refusals by object id; remove one and the next try succeeds.</summary>
    public ConcurrentDictionary<string, string> Refusals { get; } = new();

    public ConcurrentDictionary<string, string> PasswordRefusals { get; } = new();

    /// <summary>How often it was called while away.</summary>
    public int Knocks;

    public Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            Interlocked.Increment(ref Knocks);
            throw new TimeoutException("The cell is away.");
        }

        Batches.Enqueue(batch);
        IEnumerable<(string Id, long Version)> rows =
            batch.Customers.Select(c => (c.Id, c.Version)).Concat(batch.Domains.Select(d => (d.Id, d.Version))).Concat(batch.Mailboxes.Select(m => (m.Id, m.Version)))
                .Concat(batch.Aliases.Select(a => (a.Id, a.Version)));
        return Task.FromResult<IReadOnlyList<AppliedRow>>([.. rows.Select(Apply)]);
    }

    public Task<IReadOnlyList<AppliedRow>> SetPasswordsAsync(IReadOnlyList<SetPasswordCommand> commands, CancellationToken cancellationToken)
    {
        foreach (SetPasswordCommand command in commands)
            Passwords.Enqueue(command);
        return Task.FromResult<IReadOnlyList<AppliedRow>>(
            [.. commands.Select(c => new AppliedRow(c.MailboxId, c.Version, PasswordRefusals.GetValueOrDefault(c.MailboxId)))]);
    }

    public Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long>());

    public Task<CellHeartbeat> ReadHeartbeatAsync(CancellationToken cancellationToken) =>
        IsAway ? throw new TimeoutException("The cell is away.") : Task.FromResult(new CellHeartbeat(3, 1000, [new NodeHeartbeat("node", "1.0.0", default, IsAlive: true)]));

    public ConcurrentQueue<Injection> Injections { get; } = new();

    public Task InjectAsync(Injection injection, CancellationToken cancellationToken)
    {
        if (IsAway)
            throw new TimeoutException("The cell is away.");
        Injections.Enqueue(injection);
        return Task.CompletedTask;
    }

    private AppliedRow Apply((string Id, long Version) row) => Refusals.TryGetValue(row.Id, out string? refusal)
        ? new AppliedRow(row.Id, _versions.GetValueOrDefault(row.Id), refusal)
        : new AppliedRow(row.Id, _versions.AddOrUpdate(row.Id, row.Version, (_, held) => Math.Max(held, row.Version)), null);
}
