using Mailfleet.Cell;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Store;

/// <summary>
/// A transaction that holds a mailbox: nobody else changes its folders and messages until it ends. Lock order: mailbox → folder.
/// What it is not committed for does not happen.
/// </summary>
internal sealed class LockedMailbox : IAsyncDisposable
{
    // Longer than the longest delivery transaction: a user can wait, a delivery cannot.
    private const string LockTimeout = "SET LOCAL lock_timeout = '10s'";

    private const string Take =
        "SELECT modseq + 1, used_bytes, next_email_id, next_folder_id, last_uid_validity FROM mail.mailbox WHERE mailbox_id = $1 FOR NO KEY UPDATE";

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private LockedMailbox(MailboxKey mailbox, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (Mailbox, _connection, _transaction) = (mailbox, connection, transaction);

    public MailboxKey Mailbox { get; }

    /// <summary>One value for all that this transaction changes.</summary>
    public long ModSeq { get; private set; }

    public long UsedBytes { get; private set; }

    public long NextEmailId { get; private set; }

    public int NextFolderId { get; private set; }

    public long LastUidValidity { get; private set; }

    /// <summary>Null when the mailbox has no rows.</summary>
    public static async Task<LockedMailbox?> TryOpenAsync(NpgsqlDataSource cell, MailboxKey mailbox, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        LockedMailbox locked;
        try
        {
            locked = new LockedMailbox(mailbox, connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        try
        {
            if (await locked.TakeAsync(cancellationToken))
                return locked;
        }
        catch
        {
            await locked.DisposeAsync();
            throw;
        }

        await locked.DisposeAsync();
        return null;
    }

    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        NpgsqlCommand command = new(sql, _connection);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public async Task ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>A typed NULL or a number.</summary>
    public static NpgsqlParameter Number(int? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    // A commit that is cancelled half-way leaves nobody knowing.
    public Task CommitAsync() => _transaction.CommitAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlBatch start = new(_connection);
        start.BatchCommands.Add(new(LockTimeout));
        start.BatchCommands.Add(new(Take) { Parameters = { Value(Mailbox.Value) } });
        await using NpgsqlDataReader reader = await start.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return false;
        ModSeq = reader.GetInt64(0);
        UsedBytes = reader.GetInt64(1);
        NextEmailId = reader.GetInt64(2);
        NextFolderId = reader.GetInt32(3);
        LastUidValidity = reader.GetInt64(4);
        return true;
    }
}
