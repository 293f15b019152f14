using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Testing;
using MailKit;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mailfleet.Crash.Tests;

/// <summary>SIGKILL of the real process while clients send; every message that had its 250 must be there afterwards, unaltered.</summary>
public sealed class KillUnderLoad
{
    private const int Connections = 8;
    private const int AcknowledgedBeforeKill = 150;

    [Fact]
    public async Task EveryAcknowledgedMessageIsThereAfterKill9()
    {
        string directory = Path.Combine(Path.GetTempPath(), $"mailfleet-crash-{Guid.NewGuid():N}");
        ConcurrentDictionary<string, string> ledger = new();        // id → hash of the body, entered after the 250
        int? offset = null;
        int cycles = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 } ? 50 : 10;
        try
        {
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                await using MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(directory, offset);
                offset = mailfleet.Offset;
                int target = ledger.Count + AcknowledgedBeforeKill;
                Task[] clients = [.. Enumerable.Range(0, Connections).Select(_ => SendUntilCutAsync(mailfleet.SmtpPort, ledger))];
                await Eventually.HoldsAsync(() => Task.FromResult(ledger.Count >= target), $"{target} messages are acknowledged");
                await mailfleet.KillAsync();
                await Task.WhenAll(clients);
            }

            await using (MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(directory, offset))
            {
                Dictionary<string, List<string>> found = await FetchAllAsync(mailfleet.Pop3Port);
                Assert.All(ledger, sent => Assert.Contains(sent.Value, found.GetValueOrDefault(sent.Key, [])));

                (int running, string output) = await MailfleetProcess.CheckAsync(directory, "--deep");
                Assert.True(running == 0 && output.EndsWith("check: clean", StringComparison.Ordinal), output);
                Assert.Equal(0, await mailfleet.StopAsync());
            }

            (int stopped, string text) = await MailfleetProcess.CheckAsync(directory);
            Assert.True(stopped == 0 && text.EndsWith("check: clean", StringComparison.Ordinal), text);
        }
        finally
        {
            MailfleetProcess.Remove(directory);
        }
    }

    private static async Task SendUntilCutAsync(int port, ConcurrentDictionary<string, string> ledger)
    {
        using SmtpClient smtp = new();
        await smtp.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        try
        {
            while (true)
            {
                string id = Guid.NewGuid().ToString("N");
                string body = Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 20_000)), Base64FormattingOptions.InsertLineBreaks);
                using MimeMessage message = new([new MailboxAddress("", "load@elsewhere.test")], [new MailboxAddress("", "alice@demo.test")], id, new TextPart("plain") { Text = body });
                await smtp.SendAsync(message);
                ledger[id] = Hash(message.TextBody!);
            }
        }
        catch (Exception cut) when (cut is IOException or ServiceNotConnectedException or ProtocolException)
        {
            return;                                                 // the kill is what ends every client
        }
    }

    private static async Task<Dictionary<string, List<string>>> FetchAllAsync(int port)
    {
        Dictionary<string, List<string>> found = [];
        using Pop3Client pop3 = new();
        await pop3.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        await pop3.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
        for (int index = 0; index < pop3.Count; index++)
        {
            using MimeMessage message = await pop3.GetMessageAsync(index);
            if (!found.TryGetValue(message.Subject!, out List<string>? copies))
                found[message.Subject!] = copies = [];
            copies.Add(Hash(message.TextBody!));
        }

        await pop3.DisconnectAsync(quit: true);
        return found;
    }

    private static string Hash(string body) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\n").TrimEnd())));
}
