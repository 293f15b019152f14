using Mailfleet.Cell.Door;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>One cell's door as tenancy uses it; the seam for tests that take a cell away.</summary>
public interface ICellLink
{
    /// <inheritdoc cref="CellDoor.UpsertAsync"/>
    Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch, CancellationToken cancellationToken);

    /// <inheritdoc cref="CellDoor.SetPasswordsAsync"/>
    Task<IReadOnlyList<AppliedRow>> SetPasswordsAsync(IReadOnlyList<SetPasswordCommand> commands, CancellationToken cancellationToken);

    /// <inheritdoc cref="CellDoor.ReadUsedBytesAsync"/>
    Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken);

    /// <inheritdoc cref="CellDoor.ReadHeartbeatAsync"/>
    Task<CellHeartbeat> ReadHeartbeatAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="CellDoor.InjectAsync"/>
    Task InjectAsync(Injection injection, CancellationToken cancellationToken);
}

internal sealed class CellLink(CellDoor door) : ICellLink
{
    public Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch, CancellationToken cancellationToken) =>
        door.UpsertAsync(batch, cancellationToken);

    public Task<IReadOnlyList<AppliedRow>> SetPasswordsAsync(IReadOnlyList<SetPasswordCommand> commands, CancellationToken cancellationToken) =>
        door.SetPasswordsAsync(commands, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken) =>
        door.ReadUsedBytesAsync(mailboxIds, cancellationToken);

    public Task<CellHeartbeat> ReadHeartbeatAsync(CancellationToken cancellationToken) => door.ReadHeartbeatAsync(cancellationToken);

    public Task InjectAsync(Injection injection, CancellationToken cancellationToken) => door.InjectAsync(injection, cancellationToken);
}
