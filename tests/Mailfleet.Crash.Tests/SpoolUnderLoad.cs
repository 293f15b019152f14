using System.Net;
using System.Net.Sockets;
using Mailfleet.Testing;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mailfleet.Crash.Tests;

/// <summary>The database of the real process is gone for a while: mail is received all the same, and brought in afterwards.</summary>
public sealed class SpoolUnderLoad : IDisposable
{
    private const int Some = 60;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mailfleet-crash-{Guid.NewGuid():N}");
    private readonly Ledger _ledger = new();

    public void Dispose() => MailfleetProcess.Remove(_directory);

    [Fact]
    public async Task MailGoesOnWhileTheDatabaseIsAwayUntilTheSpoolIsFull()
    {
        await using MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(_directory, settings: """{ "spool": { "patienceSeconds": 1, "bytes": 1500000 } }""");
        await Eventually.HoldsAsync(() => Task.FromResult(Files("addresses").Length > 0), "the addresses are on disk");
        await using (new Clients(_ledger, 8, ("127.0.0.1", mailfleet.SmtpPort)))
        {
            await _ledger.GrowsByAsync(Some);
            mailfleet.TakeDatabaseAway();
            await _ledger.GrowsByAsync(Some);
        }

        Assert.NotEmpty(Files("*.mail"));
        await AssertTakesMailAndNoLogInAsync(mailfleet);
        await FillAsync(mailfleet);
        mailfleet.BringDatabaseBack();
        await Eventually.HoldsAsync(() => Task.FromResult(Files("*.mail").Length == 0), "the spool is brought in");
        await using (new Clients(_ledger, 8, ("127.0.0.1", mailfleet.SmtpPort)))
            await _ledger.GrowsByAsync(Some);

        // Nobody was cut off: what was refused is not there, what was accepted is there once.
        await _ledger.AssertKeptOnceAsync("127.0.0.1", mailfleet.Pop3Port);
        await Ledger.AssertCleanAsync(_directory, "--deep");
        Assert.Equal(0, await mailfleet.StopAsync());
    }

    [Fact]
    public async Task FilledSpoolOfAKilledProcessIsBroughtInByTheNextStart()
    {
        int offset;
        await using (MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(_directory, settings: """{ "spool": { "patienceSeconds": 1 } }"""))
        {
            offset = mailfleet.Offset;
            await using (new Clients(_ledger, 8, ("127.0.0.1", mailfleet.SmtpPort)))
            {
                await _ledger.GrowsByAsync(Some);
                mailfleet.TakeDatabaseAway();
                await _ledger.GrowsByAsync(Some);
                await mailfleet.KillAsync();
            }

            mailfleet.BringDatabaseBack();
            Assert.NotEmpty(Files("*.mail"));
        }

        await using MailfleetProcess again = await MailfleetProcess.UpAsync(_directory, offset);
        await Eventually.HoldsAsync(() => Task.FromResult(Files("*.mail").Length == 0), "the spool is brought in");
        await _ledger.AssertKeptAsync("127.0.0.1", again.Pop3Port);
        await Ledger.AssertCleanAsync(_directory, "--deep");
        Assert.Equal(0, await again.StopAsync());
    }

    /// <summary>An address that nobody has asked for yet is taken, one that may be new hears "later"; log-ins wait; the node says how it is.</summary>
    private static async Task AssertTakesMailAndNoLogInAsync(MailfleetProcess mailfleet)
    {
        using SmtpClient smtp = await ConnectAsync(mailfleet);
        await smtp.SendAsync(To("bob@demo.test"));
        SmtpCommandException unknown = await Assert.ThrowsAsync<SmtpCommandException>(() => smtp.SendAsync(To("new@demo.test")));
        Assert.Equal(451, (int)unknown.StatusCode);

        using TcpClient pop3 = new("127.0.0.1", mailfleet.Pop3Port);
        await pop3.GetStream().WriteAsync("USER bob@demo.test\r\nPASS mailfleet-demo\r\n"u8.ToArray());
        using StreamReader answers = new(pop3.GetStream());
        string?[] lines = [await answers.ReadLineAsync(), await answers.ReadLineAsync(), await answers.ReadLineAsync()];
        Assert.StartsWith("-ERR [SYS/TEMP]", lines[2], StringComparison.Ordinal);

        using HttpClient http = new() { BaseAddress = mailfleet.NodeHttp };
        using HttpResponseMessage ready = await http.GetAsync("health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("Degraded", await ready.Content.ReadAsStringAsync());
        Assert.DoesNotContain("mailfleet_store_spool_messages 0", await http.GetStringAsync("metrics"), StringComparison.Ordinal);
    }

    private async Task FillAsync(MailfleetProcess mailfleet)
    {
        using SmtpClient smtp = await ConnectAsync(mailfleet);
        SmtpCommandException full = await Assert.ThrowsAsync<SmtpCommandException>(async () =>
        {
            for (int i = 0; i < 1_000; i++)
                await _ledger.SendOneAsync(smtp);
        });
        Assert.Equal(451, (int)full.StatusCode);
    }

    private static async Task<SmtpClient> ConnectAsync(MailfleetProcess mailfleet)
    {
        SmtpClient smtp = new();
        await smtp.ConnectAsync("127.0.0.1", mailfleet.SmtpPort, SecureSocketOptions.None);
        return smtp;
    }

    private static MimeMessage To(string address) => new([new MailboxAddress("", "load@elsewhere.test")], [new MailboxAddress("", address)], "spooled", new TextPart("plain") { Text = "spooled" });

    private string[] Files(string pattern) =>
        System.IO.Directory.Exists(Path.Combine(_directory, "spool")) ? System.IO.Directory.GetFiles(Path.Combine(_directory, "spool"), pattern, SearchOption.AllDirectories) : [];
}
