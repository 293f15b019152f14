using System.Text;
using System.Text.RegularExpressions;
using Mailfleet.Smtp;
using Mailfleet.Smtp.Tests;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>
/// Whole SMTP sessions: they end with the client, leave nothing open, meet no fault, answer in lines of the grammar (RFC 5321 §4.2) and the same however the
/// input is cut; a message is stored exactly as often as it was answered so, and with CRLF line ends only.
/// </summary>
internal partial class SmtpTarget(bool isSubmission) : FuzzTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public override string Name => isSubmission ? "submission" : "smtp";

    public override int Runs => 1_500;

    public override IReadOnlyList<string> Words { get; } =
    [
        "EHLO c\r\n", "HELO c\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<a@b.test> SIZE=10\r\n", "RCPT TO:<alice@demo.test>\r\n", "RCPT TO:<nobody@demo.test>\r\n", "DATA\r\n", ".\r\n", "\r\n.\r\n",
        "BDAT 4\r\n", "BDAT 3 LAST\r\n", "BDAT 99999999999\r\n", "RSET\r\n", "NOOP\r\n", "VRFY x\r\n", "AUTH PLAIN AGEAc2VjcmV0\r\n", "AUTH LOGIN\r\n", "*\r\n", "STARTTLS\r\n", "QUIT\r\n", "\r", "\n",
    ];

    /// <summary>What comes before the input.</summary>
    protected virtual string Beginning => "";

    public override async ValueTask CheckAsync(byte[] input)
    {
        byte[] all = [.. Encoding.ASCII.GetBytes(Beginning), .. input];
        string whole = await RunAsync(all, all.Length);
        Assert.Equal(whole, await RunAsync(all, 7));
    }

    // The limit is above half of what a seed and its mutations send: where a flood beyond twice the limit is cut off depends on the pieces, and may.
    private async Task<string> RunAsync(byte[] input, int pieceLength)
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(isSubmission ? SmtpService.Submission : SmtpService.Mx, isTrusted: true, maxMessageBytes: 4_096).OnConnectedAsync(connection);
        for (int start = 0; start < input.Length; start += pieceLength)
            await connection.Client.WriteAsync(input.AsMemory(start, Math.Min(pieceLength, input.Length - start)));
        await connection.Client.CompleteAsync();
        await session.WaitAsync(Patience);
        string output = Encoding.Latin1.GetString(await connection.ReadToEndAsync(CancellationToken.None));

        Assert.Empty(sessions.Log.Faults);
        Assert.Equal(0, sessions.Backend.OpenMessages);
        Assert.Equal(0, sessions.Gate.Total);
        Assert.Matches(Replies(), output);
        Assert.Equal(sessions.Backend.Stored.Count, output.Split("250 2.0.0 Stored\r\n").Length - 1);
        foreach (byte[] message in sessions.Backend.Stored)
        {
            string text = Encoding.Latin1.GetString(message);
            Assert.True(text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal), "a stored message does not end a line");
            Assert.DoesNotContain(text.Replace("\r\n", "", StringComparison.Ordinal), static c => c is '\r' or '\n');
        }

        return output;
    }

    [GeneratedRegex(@"\A([2-5]\d\d(-[ -~]*|( [ -~]*)?)\r\n)+\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Replies();
}
