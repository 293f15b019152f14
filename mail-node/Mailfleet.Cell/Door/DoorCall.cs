using Npgsql;

namespace Mailfleet.Cell.Door;

/// <summary>The statements of one call, sent in one round trip and committed together; each answers (public id, version held, refusal).</summary>
internal sealed class DoorCall
{
    // Those who write the directory through the door queue up here: what a statement has found free stays free until the commit.
    private const long DoorLock = 0x6D61696C646F6F72; // "maildoor"

    private readonly List<NpgsqlBatchCommand> _commands = [];
    private readonly List<AppliedRow> _answers = [];

    public void Refuse(string id, string why) => _answers.Add(new AppliedRow(id, 0, why));

    public void Add<T>(IReadOnlyList<T> rows, Func<IReadOnlyList<T>, NpgsqlBatchCommand> command)
    {
        if (rows.Count > 0)
            _commands.Add(command(rows));
    }

    public async Task<IReadOnlyList<AppliedRow>> RunAsync(NpgsqlDataSource door, CancellationToken cancellationToken)
    {
        if (_commands.Count == 0)
            return _answers;

        await using NpgsqlConnection connection = await door.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlBatch batch = new(connection, transaction))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({DoorLock})"));
            foreach (NpgsqlBatchCommand command in _commands)
                batch.BatchCommands.Add(command);
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.NextResultAsync(cancellationToken)) // the first result is the lock's
            {
                while (await reader.ReadAsync(cancellationToken))
                    _answers.Add(new AppliedRow(reader.GetString(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return _answers;
    }
}
