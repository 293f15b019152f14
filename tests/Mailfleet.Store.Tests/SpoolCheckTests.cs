using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Spooling;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class SpoolCheckTests(CellTemplate template)
{
    [Theory]
    [InlineData(false, -1, 0)]      // mail that waits is no problem
    [InlineData(true, -1, 0)]
    [InlineData(false, 20, 1)]      // its head
    [InlineData(false, 60, 0)]      // its bytes are only read when deep
    [InlineData(true, 60, 1)]
    public async Task MailThatWaitsIsCountedAndLookedAt(bool deep, int damageAt, int problems)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        string root = cell.Directory + "-spool";
        try
        {
            string directory = Path.Combine(root, "node1");
            await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
            await using MailStore store = await cell.OpenAsync(
                cell.Options with { Spool = new SpoolOptions(directory) { Patience = TimeSpan.Zero } }, database: wire.Database, spool: new SpoolDisk(directory));
            wire.Off();
            await using (IncomingMessage message = store.Receive(maySpool: true))
            {
                await message.WriteAsync(Message(1), CancellationToken.None);
                Assert.Equal(DeliveryStatus.Spooled, (await store.DeliverAsync(message, [new DeliveryTarget(alice, Sender, AddressOf(alice))])).Status);
            }

            if (damageAt >= 0)
            {
                string file = Assert.Single(System.IO.Directory.GetFiles(directory, "*.mail"));
                byte[] bytes = await File.ReadAllBytesAsync(file);
                bytes[damageAt] ^= 1;
                await File.WriteAllBytesAsync(file, bytes);
            }

            StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(deep) { SpoolDirectory = root }, CancellationToken.None);
            Assert.Equal(problems, report.Problems.Count);
            Assert.Equal(damageAt == 20 ? 0 : 1, report.Spooled);
        }
        finally
        {
            System.IO.Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task MailThatWasSetAsideIsAProblem()
    {
        FaultySpoolDisk disk = new();
        disk.Create(7).Dispose();
        disk.Move(7, SpoolState.Unfinished, SpoolState.Aside);
        SpoolCheck check = new(deep: false);

        await check.RunAsync("node1", disk);

        Assert.Contains("node1", Assert.Single(check.Problems).Text, StringComparison.Ordinal);
    }
}
