using Mailfleet.Testing;

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
        Ledger ledger = new();
        int? offset = null;
        int cycles = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 } ? 50 : 10;
        try
        {
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                await using MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(directory, offset);
                offset = mailfleet.Offset;
                await using (new Clients(ledger, Connections, ("127.0.0.1", mailfleet.SmtpPort)))
                {
                    await ledger.GrowsByAsync(AcknowledgedBeforeKill);
                    await mailfleet.KillAsync();
                }
            }

            await using (MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(directory, offset))
            {
                await ledger.AssertKeptAsync("127.0.0.1", mailfleet.Pop3Port);
                await Ledger.AssertCleanAsync(directory, "--deep");
                Assert.Equal(0, await mailfleet.StopAsync());
            }

            await Ledger.AssertCleanAsync(directory);
        }
        finally
        {
            MailfleetProcess.Remove(directory);
        }
    }
}
