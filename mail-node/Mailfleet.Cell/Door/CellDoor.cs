using Npgsql;

namespace Mailfleet.Cell.Door;

/// <summary>The only way from the control plane into a cell. Works on the role <c>mailfleet_door</c>, which cannot read mail, blobs or password hashes.</summary>
public sealed class CellDoor(NpgsqlDataSource door)
{
    /// <summary>Applies desired state in one transaction. Safe to repeat; a refused row does not stop the others. One answer for each id.</summary>
    public Task<IReadOnlyList<AppliedRow>> UpsertAsync(DesiredBatch batch, CancellationToken cancellationToken)
    {
        DoorCall call = new();
        call.Add(CustomerRows.Checked(batch.Customers, call.Refuse), CustomerRows.Command);

        // Names are given up before they are taken, so that one page may move a name from one object to another.
        ILookup<bool, DesiredDomain> domains = DomainRows.Checked(batch.Domains, call.Refuse).ToLookup(DomainRows.TakesName);
        call.Add([.. domains[false]], DomainRows.Command);
        call.Add([.. domains[true]], DomainRows.Command);

        ILookup<bool, DesiredMailbox> mailboxes = MailboxRows.Checked(batch.Mailboxes, call.Refuse).ToLookup(MailboxRows.TakesName);
        call.Add([.. mailboxes[false]], MailboxRows.Command);
        call.Add([.. mailboxes[true]], MailboxRows.Command);

        ILookup<bool, DesiredAlias> aliases = AliasRows.Checked(batch.Aliases, call.Refuse).ToLookup(AliasRows.TakesName);
        call.Add([.. aliases[false]], AliasRows.Command);
        call.Add([.. aliases[true]], AliasRows.Command);
        return call.RunAsync(door, cancellationToken);
    }

    /// <summary>Applies password commands. A command for a mailbox the cell does not have yet is refused and may be sent again.</summary>
    public Task<IReadOnlyList<AppliedRow>> SetPasswordsAsync(IReadOnlyList<SetPasswordCommand> commands, CancellationToken cancellationToken)
    {
        DoorCall call = new();
        call.Add(PasswordRows.Checked(commands, call.Refuse), PasswordRows.Command);
        return call.RunAsync(door, cancellationToken);
    }

    /// <summary>What became of a customer's mail that left the cell, the newest first. Empty for a customer that the cell does not know.</summary>
    public Task<IReadOnlyList<TraceEntry>> ReadTraceAsync(TraceQuery query, CancellationToken cancellationToken) => TraceRows.ReadAsync(door, query, cancellationToken);

    /// <summary>Hands a message to the cell for some recipients. Safe to repeat: what is there under the key stays.</summary>
    /// <exception cref="ArgumentException">Size, line ends or an address are not what the door takes.</exception>
    public Task InjectAsync(Injection injection, CancellationToken cancellationToken) => InjectionRows.WriteAsync(door, injection, cancellationToken);

    /// <summary>How the cell is. One sum over its mailboxes: for once a minute, not for each request.</summary>
    public async Task<CellHeartbeat> ReadHeartbeatAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = door.CreateCommand(
            """
            SELECT NULL, NULL, NULL::timestamptz, NULL::boolean,
                (SELECT count(*) FROM directory.mailbox WHERE state <> 9), (SELECT COALESCE(sum(used_bytes), 0)::bigint FROM mail.mailbox)
            UNION ALL SELECT name, version, started_at, expires_at > now(), 0, 0 FROM queue.node
            """);
        List<NodeHeartbeat> nodes = [];
        (long mailboxes, long usedBytes) = (0, 0);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
                (mailboxes, usedBytes) = (reader.GetInt64(4), reader.GetInt64(5));
            else
                nodes.Add(new NodeHeartbeat(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetBoolean(3)));
        }

        return new CellHeartbeat(mailboxes, usedBytes, [.. nodes.OrderBy(node => node.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Bytes stored in each mailbox over all its folders (what POP3's STAT counts); mailboxes without mail are 0, unknown ones absent.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadUsedBytesAsync(IReadOnlyCollection<string> mailboxIds, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = door.CreateCommand(
            """
            SELECT held.public_id, COALESCE(mail.used_bytes, 0)
            FROM directory.mailbox held LEFT JOIN mail.mailbox mail ON mail.mailbox_id = held.id
            WHERE held.public_id = ANY ($1)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. mailboxIds] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, long> used = new(mailboxIds.Count);
        while (await reader.ReadAsync(cancellationToken))
            used.Add(reader.GetString(0), reader.GetInt64(1));
        return used;
    }
}
