using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Mailfleet.Testing.Transcripts;

/// <summary>How the client's bytes are cut.</summary>
public enum Cut
{
    /// <summary>As a client does: it waits for the lines of the server that stand before its own.</summary>
    Dialogue,

    /// <summary>All at once.</summary>
    Whole,

    /// <summary>Each byte on its own.</summary>
    Bytes,

    /// <summary>At each CRLF, without waiting for answers.</summary>
    Lines,
}

/// <summary>Replays a transcript against a real session. Returns what went wrong, or null.</summary>
public static class TranscriptRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<string?> RunAsync(Transcript transcript, Cut cut, MemoryConnection connection, ConnectionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(transcript);
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(handler);
        using CancellationTokenSource patience = new(Patience);
        Task session = handler.OnConnectedAsync(connection);
        string? wrong = cut == Cut.Dialogue
            ? await TalkAsync(transcript, connection, session, patience.Token)
            : await SendAsync(transcript, cut, connection, patience.Token);
        if (wrong is null && transcript.ServerCloses)
            await session.WaitAsync(patience.Token);    // before the client ends its side
        await connection.Client.CompleteAsync();
        byte[] rest = await connection.ReadToEndAsync(patience.Token);
        await session.WaitAsync(patience.Token);
        if (wrong is not null)
            return wrong;
        IEnumerable<TranscriptStep> expected = cut == Cut.Dialogue ? [] : transcript.Steps.Where(static step => !step.IsClient);
        return Compare([.. expected], rest);
    }

    private static async Task<string?> TalkAsync(Transcript transcript, MemoryConnection connection, Task session, CancellationToken cancellationToken)
    {
        foreach (TranscriptStep step in transcript.Steps)
        {
            if (step.IsClient)
            {
                await connection.Client.WriteAsync(step.Bytes, cancellationToken);
                continue;
            }
            byte[]? line = await connection.ReadLineAsync(cancellationToken);
            if (line is null)
                return $"expected \"{step.Text}\", but the server closed";
            if (!Transcript.Matches(step.Text, line))
                return $"expected \"{step.Text}\", got \"{Show(line)}\"";
        }
        return !transcript.ServerCloses && session.IsCompleted ? "the server closed" : null;
    }

    private static async Task<string?> SendAsync(Transcript transcript, Cut cut, MemoryConnection connection, CancellationToken cancellationToken)
    {
        byte[] all = [.. transcript.Steps.Where(static step => step.IsClient).SelectMany(static step => step.Bytes)];
        int at = 0;
        while (at < all.Length)
        {
            int length = cut switch
            {
                Cut.Whole => all.Length,
                Cut.Bytes => 1,
                _ => all.AsSpan(at).IndexOf("\r\n"u8) is var end and >= 0 ? end + 2 : all.Length - at,
            };
            await connection.Client.WriteAsync(all.AsMemory(at, length), cancellationToken);
            at += length;
        }
        return null;
    }

    private static string? Compare(IReadOnlyList<TranscriptStep> expected, byte[] output)
    {
        int line = 0;
        ReadOnlySpan<byte> rest = output;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf("\r\n"u8);
            if (end < 0)
                return $"the server ended in the middle of \"{Show(rest)}\"";
            if (line == expected.Count)
                return $"the server said more: \"{Show(rest[..end])}\"";
            if (!Transcript.Matches(expected[line].Text, rest[..end]))
                return $"expected \"{expected[line].Text}\", got \"{Show(rest[..end])}\"";
            line++;
            rest = rest[(end + 2)..];
        }
        return line < expected.Count ? $"expected \"{expected[line].Text}\", but the server said no more" : null;
    }

    private static string Show(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line);
}
