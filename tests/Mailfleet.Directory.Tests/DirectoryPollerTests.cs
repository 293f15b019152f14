using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Directory.Tests;

public sealed class DirectoryPollerTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    [Fact]
    public async Task LooksOnceEachInterval()
    {
        var anna = await cell.AddAnnaAsync("ticks");
        FakeTimeProvider clock = new();
        DirectoryOptions options = new();
        using MailDirectory directory = new(cell.Cell, options, clock, NullLogger<MailDirectory>.Instance);
        using DirectoryPoller poller = new(directory, options, clock);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        await poller.StartAsync(CancellationToken.None);

        await directory.ResolveAsync(new MailAddress("anna", "ticks.test"), limit.Token);
        await cell.UpsertAsync(anna with { Version = 2, QuotaBytes = 4 });
        Resolution.Found found;
        do
        {
            clock.Advance(options.PollInterval);
            await Task.Yield();
            found = Assert.IsType<Resolution.Found>(await directory.ResolveAsync(new MailAddress("anna", "ticks.test"), limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }
        while (found.Mailbox.QuotaBytes != 4);

        await poller.StopAsync(CancellationToken.None);
        Assert.True(poller.ExecuteTask!.IsCompleted);
    }
}
