using System.Text;
using Mailfleet.Pop3.Tests;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Whole POP3 sessions: they end with the client, leave nothing open, answer in whole lines and the same however the input is cut, and delete only at QUIT.</summary>
internal sealed class Pop3Target : FuzzTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public override string Name => "pop3";

    public override int Runs => 1_500;

    public override IReadOnlyList<string> Words { get; } =
    [
        "USER alice@demo.test\r\n", "PASS secret\r\n", "AUTH PLAIN AGFsaWNlQGRlbW8udGVzdABzZWNyZXQ=\r\n", "AUTH PLAIN\r\n", "*\r\n", "CAPA\r\n", "STAT\r\n", "LIST\r\n", "LIST 2\r\n",
        "UIDL\r\n", "RETR 1\r\n", "RETR 3\r\n", "TOP 2 1\r\n", "TOP 1 99999999999\r\n", "DELE 1\r\n", "DELE 2\r\n", "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "STLS\r\n", "UTF8\r\n", "\r", "\n",
    ];

    public override async ValueTask CheckAsync(byte[] input)
    {
        string whole = await RunAsync(input, Math.Max(1, input.Length));
        Assert.Equal(whole, await RunAsync(input, 7));
    }

    private static async Task<string> RunAsync(byte[] input, int pieceLength)
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        for (int start = 0; start < input.Length && !connection.IsAborted; start += pieceLength)
            await connection.Client.WriteAsync(input.AsMemory(start, Math.Min(pieceLength, input.Length - start)));
        await connection.Client.CompleteAsync();
        await session.WaitAsync(Patience);
        string output = Encoding.Latin1.GetString(await connection.ReadToEndAsync(CancellationToken.None));

        Assert.Equal(0, sessions.Gate.Total);
        if (connection.IsAborted)                       // a message that broke off in the middle: how much of it left depends on the pieces
            return "aborted";
        Assert.StartsWith("+OK ", output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n", output, StringComparison.Ordinal);
        if (sessions.Backend.Opened is not { } maildrop)
            return output;
        Assert.True(maildrop.IsDisposed);
        if (maildrop.Deleted.Count > 0)
            Assert.EndsWith("+OK pop.test closing connection\r\n", output, StringComparison.Ordinal);
        return output + string.Join(' ', maildrop.Deleted);
    }
}
