using System.Text;
using CsCheck;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Pop3.Tests;

/// <summary>Whatever a client sends, and however it is cut: the session ends with the client, and answers the same.</summary>
public sealed class SessionProperties
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Fragments =
    [
        "USER alice@demo.test\r\n", "PASS secret\r\n", "AUTH PLAIN AGFsaWNlQGRlbW8udGVzdABzZWNyZXQ=\r\n", "AUTH PLAIN\r\n", "*\r\n", "CAPA\r\n", "STAT\r\n", "LIST\r\n", "LIST 2\r\n",
        "UIDL\r\n", "RETR 1\r\n", "RETR 3\r\n", "TOP 2 1\r\n", "DELE 1\r\n", "DELE 2\r\n", "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "\r", "\n", "\0", "\u00ff", " ", "STLS\r\n", "UTF8\r\n",
    ];

    [Fact]
    public async Task CuttingTheInputDoesNotChangeTheAnswers() =>
        await Gen.Select(Gen.Int[0, Fragments.Length - 1].Array[0, 25], Gen.Bool, Gen.Int[1, 7].Array[1, 3]).SampleAsync(async (picks, logsIn, lengths) =>
        {
            string first = logsIn ? "USER alice@demo.test\r\nPASS secret\r\n" : "";
            byte[] input = Encoding.Latin1.GetBytes(first + string.Concat(picks.Select(static pick => Fragments[pick])));
            (string whole, string deleted) = await RunAsync(input, [input.Length]);
            (string cut, string deletedCut) = await RunAsync(input, lengths);
            Assert.Equal(whole, cut);
            Assert.Equal(deleted, deletedCut);
        }, iter: 1_000);

    private static async Task<(string Output, string Deleted)> RunAsync(byte[] input, int[] lengths)
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        int at = 0;
        for (int i = 0; at < input.Length; i++)
        {
            int length = Math.Min(lengths[i % lengths.Length], input.Length - at);
            await connection.Client.WriteAsync(input.AsMemory(at, length));
            at += length;
        }
        await connection.Client.CompleteAsync();
        await session.WaitAsync(Patience);
        Assert.Equal(0, sessions.Gate.Total);
        return (Encoding.Latin1.GetString(await connection.ReadToEndAsync(CancellationToken.None)), string.Join(' ', sessions.Backend.Opened?.Deleted ?? []));
    }
}
