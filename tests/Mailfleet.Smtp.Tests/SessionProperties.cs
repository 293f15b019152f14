using System.Text;
using CsCheck;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Smtp.Tests;

/// <summary>Whatever a client sends, and however it is cut: the session ends with the client, forgets nothing half, and answers the same.</summary>
public sealed class SessionProperties
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Fragments =
    [
        "EHLO c\r\n", "HELO c\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<a@b.test> SIZE=10\r\n", "RCPT TO:<alice@demo.test>\r\n", "RCPT TO:<nobody@demo.test>\r\n",
        "DATA\r\n", ".\r\n", "text\r\n", "\r\n", ".", "\r", "\n", "BDAT 4\r\n", "BDAT 3 LAST\r\n", "a\r\n", "RSET\r\n", "NOOP\r\n", "AUTH PLAIN AGEAc2VjcmV0\r\n", "AUTH LOGIN\r\n",
        "YQ==\r\n", "c2VjcmV0\r\n", "*\r\n", "STARTTLS\r\n", "QUIT\r\n", "\0", "\u00ff", "MAIL FROM:<fault@b.test>\r\n", "break the disk\r\n",
    ];

    // Random commands alone seldom come far.
    private static readonly string[] Beginnings =
    [
        "", "HELO c\r\n", "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\n", "HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\n",
    ];

    [Fact]
    public async Task CuttingTheInputDoesNotChangeTheAnswers() =>
        await Gen.Select(Gen.Int[0, Fragments.Length - 1].Array[0, 25], Gen.Int[0, Beginnings.Length - 1], Gen.Bool, Gen.Int[1, 7].Array[1, 3]).SampleAsync(async (picks, beginning, isSubmission, lengths) =>
        {
            byte[] input = Encoding.Latin1.GetBytes(Beginnings[beginning] + string.Concat(picks.Select(static pick => Fragments[pick])));
            (string whole, int stored) = await RunAsync(input, [input.Length], isSubmission);
            (string cut, int storedCut) = await RunAsync(input, lengths, isSubmission);
            Assert.Equal(whole, cut);
            Assert.Equal(stored, storedCut);
        }, iter: 1_000);

    // The limit is above half of what can be sent: where a flood is cut off depends on the pieces, and may.
    private static async Task<(string Output, int Stored)> RunAsync(byte[] input, int[] lengths, bool isSubmission)
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(isSubmission ? SmtpService.Submission : SmtpService.Mx, isTrusted: true, maxMessageBytes: 400).OnConnectedAsync(connection);
        int at = 0;
        for (int i = 0; at < input.Length; i++)
        {
            int length = Math.Min(lengths[i % lengths.Length], input.Length - at);
            await connection.Client.WriteAsync(input.AsMemory(at, length));
            at += length;
        }
        await connection.Client.CompleteAsync();
        await session.WaitAsync(Patience);
        Assert.Equal(0, sessions.Backend.OpenMessages);
        Assert.Equal(0, sessions.Gate.Total);
        return (Encoding.Latin1.GetString(await connection.ReadToEndAsync(CancellationToken.None)), sessions.Backend.Stored.Count);
    }
}
