using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Directory.Tests;

public sealed class DirectoryPollerTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    [Fact]
    public async Task LooksOnceEachInterval()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("ticks");
        FakeTimeProvider clock = new();
        DirectoryOptions options = new();
        MailDirectory directory = new(cell.Cell, options, clock, NullLogger<MailDirectory>.Instance);
        using DirectoryPoller poller = new(directory, clock);
        await poller.StartAsync(CancellationToken.None);

        // The first change may be seen by the look at the start, the later ones only by those that time brings.
        for (int version = 2; version <= 4; version++)
        {
            await cell.UpsertAsync(anna with { Version = version, QuotaBytes = version });
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
            while (await QuotaAsync(directory, limit.Token) != version)
            {
                clock.Advance(options.PollInterval);
                await Task.Yield();
                limit.Token.ThrowIfCancellationRequested();
            }
        }

        await poller.StopAsync(CancellationToken.None);
        Assert.True(poller.ExecuteTask!.IsCompleted);
    }

    private static async Task<long> QuotaAsync(MailDirectory directory, CancellationToken cancellationToken) =>
        Assert.Single(Assert.IsType<Resolution.Found>(await directory.ResolveAsync(new MailAddress("anna", "ticks.test"), cancellationToken)).Mailboxes).QuotaBytes;
}
