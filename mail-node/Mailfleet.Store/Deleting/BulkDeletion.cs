using System.Threading.Channels;
using Mailfleet.Cell;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Folders;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Store.Deleting;

/// <summary>
/// A delete of any size at once: one transaction writes down which UIDs go, and readers honour it from its commit on; the rows follow in chunks, each a
/// short hold of the mailbox's lock. A crash leaves the intent, which the next start or the host's hourly round finishes. Two nodes that finish the
/// same one take turns under the mailbox's lock.
/// </summary>
internal sealed partial class BulkDeletion : IAsyncDisposable
{
    public const int ChunkMessages = 1_000;

    // range_agg joins neighbours: emptying a mailbox is one range however many messages it has. A move that is under way is waited for row by row, and
    // then seen: an intent for the old UID would let the message live. In order of ids, as whoever moves or deletes takes them.
    private const string Decide =
        """
        INSERT INTO mail.deletion (mailbox_id, folder_id, uids)
        SELECT mailbox_id, folder_id, range_agg(int8range(uid, uid + 1)) FROM (
            SELECT mailbox_id, folder_id, uid FROM mail.message WHERE mailbox_id = $1 AND email_id = ANY ($2) AND ($3::integer IS NULL OR folder_id = $3)
            ORDER BY email_id FOR KEY SHARE) AS held
        GROUP BY 1, 2
        """;

    private const string ListPending = "SELECT DISTINCT d.mailbox_id FROM mail.deletion d JOIN mail.mailbox m USING (mailbox_id) ORDER BY 1";

    private const string FindIntent = "SELECT id FROM mail.deletion WHERE mailbox_id = $1 ORDER BY id LIMIT 1";

    // The product with everything is a copy in memory: a long list would otherwise be read from its toast table for each row that is tested.
    private const string ListChunk =
        """
        WITH intent AS MATERIALIZED (SELECT folder_id, lower(uids) AS first, uids * '{(,)}'::int8multirange AS uids FROM mail.deletion WHERE id = $2)
        SELECT email_id, uid FROM mail.message
        WHERE mailbox_id = $1 AND folder_id = (SELECT folder_id FROM intent) AND uid >= (SELECT first FROM intent) AND (SELECT uids FROM intent) @> uid
        ORDER BY uid LIMIT $3
        """;

    private const string Shrink = "UPDATE mail.deletion SET uids = uids * int8multirange(int8range($2, NULL)) WHERE id = $1";

    private const string Remove = "DELETE FROM mail.deletion WHERE id = $1";

    private readonly NpgsqlDataSource _cell;
    private readonly long _epoch;
    private readonly UsageHints _usage;
    private readonly ChangeHints _hints;
    private readonly ILogger _log;
    private readonly Channel<MailboxKey> _decided = Channel.CreateUnbounded<MailboxKey>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;

    public BulkDeletion(NpgsqlDataSource cell, long epoch, UsageHints usage, ChangeHints hints, ILogger log)
    {
        (_cell, _epoch, _usage, _hints, _log) = (cell, epoch, usage, hints, log);
        _working = FinishDecidedAsync(_stopping.Token);
    }

    /// <summary>All or none of the messages are gone for every reader when this returns. Waits for nobody's lock.</summary>
    /// <param name="folder">Spares messages that are no longer in this folder; null for wherever they are.</param>
    public async Task DecideAsync(MailboxKey mailbox, long[] emailIds, FolderId? folder, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(Decide);
        command.Parameters.Add(new() { Value = mailbox.Value });
        command.Parameters.Add(new() { Value = emailIds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(LockedMailbox.Number(folder?.Value));
        await command.ExecuteNonQueryAsync(cancellationToken);
        _hints.Announce(mailbox);
        FinishSoon(mailbox);
    }

    /// <summary>Lets the rows of what is decided follow. A closing store leaves them to the next round.</summary>
    public void FinishSoon(MailboxKey mailbox) => _decided.Writer.TryWrite(mailbox);

    /// <summary>Finishes what any node decided and did not get to.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        List<MailboxKey> mailboxes = [];
        await using (NpgsqlCommand command = _cell.CreateCommand(ListPending))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                mailboxes.Add(new MailboxKey(reader.GetInt64(0)));
        }

        foreach (MailboxKey mailbox in mailboxes)
            await FinishAsync(mailbox, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _decided.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
    }

    private async Task FinishDecidedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (MailboxKey mailbox in _decided.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await FinishAsync(mailbox, cancellationToken);
                }
                catch (NpgsqlException problem)
                {
                    LogLeft(problem);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;             // the next start goes on from the intent
        }
    }

    private async Task FinishAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        while (await DeleteChunkAsync(mailbox, cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<bool> DeleteChunkAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Deletion.LockAsync(connection, mailbox, cancellationToken) is not { } modSeq
            || await FindIntentAsync(connection, mailbox, cancellationToken) is not { } intent)
            return false;

        (long[] emailIds, long lastUid) = await ListChunkAsync(connection, mailbox, intent, cancellationToken);
        long? usedBytes = await Deletion.DeleteAsync(connection, mailbox, modSeq, emailIds, folder: null, _epoch, cancellationToken);
        await using (NpgsqlCommand settle = new(emailIds.Length < ChunkMessages ? Remove : Shrink, connection))
        {
            settle.Parameters.Add(new() { Value = intent });
            if (emailIds.Length == ChunkMessages)
                settle.Parameters.Add(new() { Value = lastUid + 1 });
            await settle.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (usedBytes is { } used)
            _usage.Set(mailbox, used);
        _hints.Announce(mailbox);
        return true;
    }

    private static async Task<long?> FindIntentAsync(NpgsqlConnection connection, MailboxKey mailbox, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(FindIntent, connection);
        command.Parameters.Add(new() { Value = mailbox.Value });
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<(long[] EmailIds, long LastUid)> ListChunkAsync(NpgsqlConnection connection, MailboxKey mailbox, long intent, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(ListChunk, connection);
        command.Parameters.Add(new() { Value = mailbox.Value });
        command.Parameters.Add(new() { Value = intent });
        command.Parameters.Add(new() { Value = ChunkMessages });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<long> emailIds = new(ChunkMessages);
        long lastUid = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            emailIds.Add(reader.GetInt64(0));
            lastUid = reader.GetInt64(1);
        }

        return ([.. emailIds], lastUid);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A large delete is decided and honoured, but its rows could not be removed now; the next round does.")]
    private partial void LogLeft(Exception problem);
}
