using System.Diagnostics;
using System.Globalization;
using Mailfleet.Testing;

namespace Mailfleet.Crash.Tests;

/// <summary>
/// What fails beneath a process that lives on: its database dies, its disk refuses, another node works beside it. It goes on by itself, and every
/// message that had its 250 is there.
/// </summary>
public sealed class FaultsUnderLoad
{
    private const int Some = 60;

    [Fact]
    public async Task DatabaseIsKilledUnderLoadAndMailGoesOn()
    {
        await RunAsync(async (mailfleet, ledger) =>
        {
            await using (new Clients(ledger, 8, ("127.0.0.1", mailfleet.SmtpPort)))
            {
                await ledger.GrowsByAsync(Some);
                foreach (int backend in BackendsOf(mailfleet.PostmasterId))
                    Kill(backend);
                await ledger.GrowsByAsync(Some);

                int postmaster = mailfleet.PostmasterId;
                Kill(postmaster);
                await ledger.GrowsByAsync(Some);
                Assert.NotEqual(postmaster, mailfleet.PostmasterId);
            }

            await ledger.AssertKeptAsync("127.0.0.1", mailfleet.Pop3Port);
        });
    }

    // EIO at a sync: the kernel has dropped the page. ENOSPC at a write: the disk is full. Either fails its batch only, and a new segment is opened.
    [Theory]
    [InlineData("fsync", "EIO")]
    [InlineData("pwritev", "ENOSPC")]
    [InlineData("pwritev", "EIO")]
    public async Task DiskRefusesUnderLoadAndMailGoesOn(string call, string error)
    {
        await RunAsync(async (mailfleet, ledger) =>
        {
            string trace = Path.Combine(mailfleet.DataDirectory, "trace");
            await using (new Clients(ledger, 8, ("127.0.0.1", mailfleet.SmtpPort)))
            {
                await ledger.GrowsByAsync(Some);
                string segments = Path.Combine(mailfleet.DataDirectory, "segments");
                int before = System.IO.Directory.GetFiles(segments).Length;
                using Process strace = Process.Start(new ProcessStartInfo("strace", [
                    "-f", "-q", "-p", mailfleet.ProcessId.ToString(CultureInfo.InvariantCulture), "-o", trace,
                    .. System.IO.Directory.GetFiles(segments).SelectMany(segment => (string[])["-P", segment]),
                    "-e", $"trace={call}", "-e", $"inject={call}:error={error}:when=5+"]))!;
                await Eventually.HoldsAsync(() => Task.FromResult(HasInjected(trace)), $"{call} has failed with {error}");
                await ledger.GrowsByAsync(Some);
                Assert.True(System.IO.Directory.GetFiles(segments).Length > before, "a segment that failed is never written to again");
                strace.Kill();
                await strace.WaitForExitAsync();
            }

            await ledger.AssertKeptAsync("127.0.0.1", mailfleet.Pop3Port);
        });
    }

    // A third node moves all that is stored from segment to segment meanwhile: every read on either node finds it where it is now.
    [Fact]
    public async Task TwoNodesServeTheSameMailboxWhileOneCompacts()
    {
        const string SmallSegments = """{ "store": { "segmentBytes": 1048576 } }""";
        await RunAsync(
            async (mailfleet, ledger) =>
            {
                await using MailfleetProcess second = await mailfleet.JoinAsync("127.0.0.2");
                await using (Compactor compactor = await Compactor.StartAsync(mailfleet))
                {
                    await using (new Clients(ledger, 8, ("127.0.0.1", mailfleet.SmtpPort), ("127.0.0.2", mailfleet.SmtpPort)))
                    {
                        for (int round = 0; round < 4 || compactor.Removed == 0; round++)
                        {
                            Assert.True(round < 100, "no segment was emptied and removed");
                            await ledger.GrowsByAsync(Some);
                            await Task.WhenAll(ledger.AssertKeptSoFarAsync("127.0.0.1", mailfleet.Pop3Port), ledger.AssertKeptSoFarAsync("127.0.0.2", mailfleet.Pop3Port));
                        }
                    }
                }

                await ledger.AssertKeptOnceAsync("127.0.0.1", mailfleet.Pop3Port);
                await ledger.AssertKeptOnceAsync("127.0.0.2", mailfleet.Pop3Port);
            },
            SmallSegments);
    }

    private static async Task RunAsync(Func<MailfleetProcess, Ledger, Task> test, string? settings = null)
    {
        string directory = Path.Combine(Path.GetTempPath(), $"mailfleet-crash-{Guid.NewGuid():N}");
        try
        {
            await using MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(directory, settings: settings);
            await test(mailfleet, new Ledger());
            await Ledger.AssertCleanAsync(directory, "--deep");
            Assert.Equal(0, await mailfleet.StopAsync());
        }
        finally
        {
            MailfleetProcess.Remove(directory);
        }
    }

    private static bool HasInjected(string trace) => File.Exists(trace) && File.ReadAllText(trace).Contains("(INJECTED)", StringComparison.Ordinal);

    private static IEnumerable<int> BackendsOf(int postmaster)
    {
        using Process list = Process.Start(new ProcessStartInfo("pgrep", ["-P", postmaster.ToString(CultureInfo.InvariantCulture), "-f", "postgres: mailfleet_cell"]) { RedirectStandardOutput = true })!;
        string found = list.StandardOutput.ReadToEnd();
        list.WaitForExit();
        Assert.NotEmpty(found);
        return [.. found.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    // A backend may have ended by itself, or with the first of them: then there is nothing to kill.
    private static void Kill(int processId)
    {
        using Process kill = Process.Start(new ProcessStartInfo("kill", ["-9", processId.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
