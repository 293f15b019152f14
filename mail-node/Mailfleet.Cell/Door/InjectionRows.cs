using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Cell.Door;

internal static class InjectionRows
{
    /// <exception cref="ArgumentException">The injection is not what the door takes.</exception>
    public static async Task WriteAsync(NpgsqlDataSource door, Injection injection, CancellationToken cancellationToken)
    {
        if (Fault(injection) is { } fault)
            throw new ArgumentException(fault, nameof(injection));

        await using NpgsqlConnection connection = await door.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlBatch batch = new(connection, transaction))
        {
            NpgsqlBatchCommand message = new("INSERT INTO queue.injection (key, content) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
            message.Parameters.Add(new NpgsqlParameter<string> { TypedValue = injection.Key });
            message.Parameters.Add(new NpgsqlParameter { Value = injection.Content.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea });
            batch.BatchCommands.Add(message);
            NpgsqlBatchCommand recipients = new("INSERT INTO queue.injection_recipient (key, address) SELECT $1, unnest($2) ON CONFLICT (key, address) DO NOTHING");
            recipients.Parameters.Add(new NpgsqlParameter<string> { TypedValue = injection.Key });
            recipients.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. injection.Recipients.Distinct()] });
            batch.BatchCommands.Add(recipients);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static string? Fault(Injection injection) => injection switch
    {
        { Key.Length: 0 or > Injection.MaxKeyLength } => $"A key has 1 to {Injection.MaxKeyLength} characters.",
        { Recipients.Count: 0 or > Injection.MaxRecipients } => $"An injection has 1 to {Injection.MaxRecipients} recipients.",
        { Content.Length: 0 or > Injection.MaxContentBytes } => $"A message has 1 to {Injection.MaxContentBytes} bytes.",
        _ when !EndsLinesInCrLf(injection.Content.Span) => "Lines end in CRLF alone.", // RFC 5321 §2.3.8; smuggled lines begin with anything else
        _ => injection.Recipients.Select(DesiredRows.AddressFault).FirstOrDefault(fault => fault is not null),
    };

    private static bool EndsLinesInCrLf(ReadOnlySpan<byte> content)
    {
        for (int at = 0; at < content.Length; at++)
        {
            if (content[at] == '\n' || (content[at] == '\r' && (at + 1 == content.Length || content[++at] != '\n')))
                return false;
        }

        return content.EndsWith("\r\n"u8);
    }
}
