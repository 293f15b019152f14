using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class CrashTests(CellTemplate template)
{
    /// <summary>Power is cut at the first disk operation, then at the second, and so on until a run gets through; what earlier runs stored must stay.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task PowerCutAtAnyDiskOperationLosesNothingThatWasAcknowledged(int seed)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = [await cell.AddMailboxAsync("alice"), await cell.AddMailboxAsync("bob")];
        Dictionary<MailboxKey, List<byte[]>> ledger = boxes.ToDictionary(box => box, _ => new List<byte[]>());
        StoreOptions options = cell.Options with { SegmentBytes = 4_000, StreamThresholdBytes = 6_000 };
        Random random = new(seed);
        FaultyDisk disk = new();
        int stored = 0;
        bool hasGotThrough = false;
        for (int cut = 1; !hasGotThrough; cut++)
        {
            disk.PowerCutAt = cut;
            try
            {
                await using MailStore store = await cell.OpenAsync(options, disk);
                for (int round = 0; round < 3; round++)
                {
                    (byte[] Content, MailboxKey[] Boxes)[] mail =
                    [
                        .. Enumerable.Range(0, 4).Select(i => (Message(random.Next(), 1_500), new[] { boxes[i % 2] })),
                        (Message(random.Next(), 20_000), boxes),
                    ];
                    DeliveryResult[] results = await Task.WhenAll(mail.Select(message => store.DeliverAsync(message.Content, message.Boxes)));
                    foreach (((byte[] content, MailboxKey[] to), DeliveryResult result) in mail.Zip(results))
                    {
                        Assert.True(result.Status is DeliveryStatus.Stored or DeliveryStatus.Failed, result.Status.ToString());
                        if (result.Status != DeliveryStatus.Stored)
                            continue;
                        stored++;
                        foreach (MailboxKey box in to)
                            ledger[box].Add(content);
                    }
                }
            }
            catch (IOException) when (disk.IsPowerLost)
            {
                // The cut came while the store opened.
            }

            hasGotThrough = !disk.IsPowerLost;
            disk = disk.AfterPowerCut(random);
            Assert.Equal([], (await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems.Select(problem => problem.Text));
        }

        Assert.True(stored > 50, $"only {stored} messages were stored");
        await using MailStore last = await cell.OpenAsync(options, disk);
        foreach (MailboxKey box in boxes)
            Assert.Equal(Sorted(ledger[box]), Sorted(await last.ReadInboxAsync(box)));
    }

    private static IEnumerable<string> Sorted(IEnumerable<byte[]> messages) => messages.Select(Convert.ToHexString).Order();
}
