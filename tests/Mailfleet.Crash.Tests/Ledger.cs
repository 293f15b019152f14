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

/// <summary>Clients that send without pause, what they were promised, and the proof that it was kept.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();        // id → hash of the body, entered after the 250

    public int Count => _acknowledged.Count;

    /// <summary>Sends until cancelled; refusals and cut connections are what a client tries again after.</summary>
    public async Task SendAsync(string host, int port, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using SmtpClient smtp = new();
                await smtp.ConnectAsync(host, port, SecureSocketOptions.None, cancellationToken);
                while (!cancellationToken.IsCancellationRequested)
                    await SendOneAsync(smtp);
            }
            catch (Exception cut) when (cut is IOException or ServiceNotConnectedException or ProtocolException or CommandException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                await Task.Yield();
            }
        }
    }

    public Task GrowsByAsync(int count)
    {
        int target = Count + count;
        return Eventually.HoldsAsync(() => Task.FromResult(Count >= target), $"{target} messages are acknowledged");
    }

    /// <summary>Everything acknowledged is there, unaltered. Duplicates after a cut are allowed.</summary>
    public async Task AssertKeptAsync(string host, int port) => AssertKept(await FetchAsync(host, port));

    /// <summary>Everything acknowledged until now is there, unaltered, while more comes.</summary>
    public async Task AssertKeptSoFarAsync(string host, int port)
    {
        KeyValuePair<string, string>[] soFar = _acknowledged.ToArray();     // its own: a copy through ICollection may be overtaken
        Dictionary<string, List<string>> found = await FetchAsync(host, port);
        Assert.All(soFar, sent => Assert.Contains(sent.Value, found.GetValueOrDefault(sent.Key, [])));
    }

    /// <summary>Everything acknowledged is there once: nothing was cut, so nothing may have been sent twice.</summary>
    public async Task AssertKeptOnceAsync(string host, int port)
    {
        Dictionary<string, List<string>> found = await FetchAsync(host, port);
        AssertKept(found);
        Assert.All(found.Values, copies => Assert.Single(copies));
        Assert.Equal(Count, found.Count);
    }

    public static async Task AssertCleanAsync(string directory, params string[] options)
    {
        (int exitCode, string output) = await MailfleetProcess.CheckAsync(directory, options);
        Assert.True(exitCode == 0 && output.EndsWith("check: clean", StringComparison.Ordinal), output);
    }

    private void AssertKept(Dictionary<string, List<string>> found) =>
        Assert.All(_acknowledged, sent => Assert.Contains(sent.Value, found.GetValueOrDefault(sent.Key, [])));

    /// <summary>Sends one message and enters it once it has its 250; a refusal is thrown.</summary>
    public async Task SendOneAsync(SmtpClient smtp)
    {
        string id = Guid.NewGuid().ToString("N");
        string body = Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 20_000)), Base64FormattingOptions.InsertLineBreaks);
        using MimeMessage message = new([new MailboxAddress("", "load@elsewhere.test")], [new MailboxAddress("", "alice@demo.test")], id, new TextPart("plain") { Text = body });
        await smtp.SendAsync(message, CancellationToken.None);
        _acknowledged[id] = Hash(message.TextBody!);
    }

    private static async Task<Dictionary<string, List<string>>> FetchAsync(string host, int port)
    {
        Dictionary<string, List<string>> found = [];
        using Pop3Client pop3 = new();
        await pop3.ConnectAsync(host, port, SecureSocketOptions.None);
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
