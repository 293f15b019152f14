using Npgsql;

namespace Mailfleet.Cell.Door;

/// <summary>The only way from the control plane into a cell. Works on the role <c>mailfleet_door</c>, which cannot read mail, blobs or password hashes.</summary>
public sealed class CellDoor(NpgsqlDataSource door)
{
    /// <summary>Applies desired state in one transaction. Safe to repeat; a refused row does not stop the others.</summary>
    public Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException(door.ToString());

    /// <summary>Applies password commands. A command for a mailbox the cell does not have yet is refused and may be sent again.</summary>
    public Task<IReadOnlyList<AppliedRow>> SetPasswordsAsync(IReadOnlyList<SetPasswordCommand> commands, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Bytes stored in each mailbox over all its folders (what POP3's STAT counts); mailboxes without mail are 0, unknown ones absent.</summary>
    public Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken) => throw new NotSupportedException();
}
