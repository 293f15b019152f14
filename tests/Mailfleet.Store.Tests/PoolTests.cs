using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

/// <summary>Room that the mailboxes of a customer or a domain share.</summary>
public sealed class PoolTests(CellTemplate template)
{
    private static readonly long Logical = TraceFor("box1@a.test").Length + 500;

    private static int _version = 100;

    [Fact]
    public async Task ACustomersQuotaIsExact()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 3);
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, (Logical * 10) + 3);

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.DeliverAsync(Message(i), boxes[i % 3])));

        Assert.Equal(10, results.Count(result => result.Status == DeliveryStatus.Stored));
        Assert.All(results.Where(result => result.Status != DeliveryStatus.Stored), result => Assert.Equal(DeliveryStatus.OverQuota, result.Status));
        Assert.Equal(Logical * 10, await UsedAsync(cell));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task NodesShareTheRoomAndNeverGoBeyondIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 3);
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");
        await LimitCustomerAsync(cell, Logical * 20);

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => (i % 2 == 0 ? first : second).DeliverAsync(Message(i), boxes[i % 3])));
        int stored = results.Count(result => result.Status == DeliveryStatus.Stored);
        Assert.InRange(stored, 1, 20);

        // What the other node has reserved and does not use comes back.
        await Eventually.HoldsAsync(async () =>
        {
            stored += (await second.DeliverAsync(Message(100 + stored), boxes[0])).Status == DeliveryStatus.Stored ? 1 : 0;
            return stored == 20;
        }, "room that the other node reserved comes back");
        Assert.Equal(DeliveryStatus.OverQuota, (await first.DeliverAsync(Message(200), boxes[1])).Status);
        Assert.Equal(DeliveryStatus.OverQuota, (await second.DeliverAsync(Message(201), boxes[2])).Status);
        Assert.Equal(Logical * 20, await UsedAsync(cell));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AMessageToManyOfTheCustomerCountsForEachAndIsRefusedWhole()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 3);
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, Logical * 5);

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), boxes)).Status);
        DeliveryResult refused = await store.DeliverAsync(Message(2), boxes);

        Assert.Equal(DeliveryStatus.OverQuota, refused.Status);
        Assert.Equal([boxes[2]], refused.Refused);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(3), boxes[1], boxes[2])).Status);
        Assert.Equal(Logical * 5, await UsedAsync(cell));
    }

    [Fact]
    public async Task TheNarrowestOfMailboxDomainAndCustomerCounts()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 2);
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, Logical * 3);
        await LimitDomainAsync(cell, Logical * 2);

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), boxes)).Status);
        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(2), boxes[0])).Status);
        await LimitDomainAsync(cell, null);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(3), boxes[0])).Status);
        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(4), boxes[0])).Status);
        await LimitCustomerAsync(cell, null);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(5), boxes[0])).Status);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task CopiesCountMovesDoNotAndDeletesGiveBack()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = (await AddAsync(cell, 1))[0];
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, Logical * 3);
        await store.DeliverAsync(Message(1), alice);
        await store.DeliverAsync(Message(2), alice);

        Assert.Null((await store.Messages.CopyAsync(alice, [1], FolderId.Of(FolderRole.Archive), CancellationToken.None)).Refusal);
        TransferResult refused = await store.Messages.CopyAsync(alice, [2], FolderId.Of(FolderRole.Archive), CancellationToken.None);
        TransferResult moved = await store.Messages.MoveAsync(alice, [2], FolderId.Of(FolderRole.Archive), CancellationToken.None);
        Assert.Equal(TransferRefusal.OverQuota, refused.Refusal);
        Assert.Empty(refused.Messages);
        Assert.Null(moved.Refusal);
        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(3), alice)).Status);

        await store.DeleteAsync(alice, [1], CancellationToken.None);
        Assert.Equal(Logical * 2, await UsedAsync(cell));
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(4), alice)).Status);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ALargeDeleteGivesItsRoomBackToOtherNodes()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 2);
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");
        await first.DeliverAsync(Message(1), boxes[0]);
        await cell.FillAsync(boxes[0], FolderId.Inbox, 2_000);
        await LimitCustomerAsync(cell, Logical * 2_001);
        Assert.Equal(Logical * 2_001, await UsedAsync(cell));
        Assert.Equal(DeliveryStatus.OverQuota, (await second.DeliverAsync(Message(2), boxes[1])).Status);

        await first.DeleteAsync(boxes[0], [.. Enumerable.Range(1, 2_001).Select(id => (long)id)], CancellationToken.None);

        await Eventually.HoldsAsync(async () => await UsedAsync(cell) == 0, "the large delete is counted");
        await Eventually.HoldsAsync(async () => (await second.DeliverAsync(Message(3, 1_050_000), boxes[1])).Status == DeliveryStatus.Stored, "the other node has the room");
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ALimitThatIsSetWhileMailArrivesCountsAllOfIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 4);
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");
        using CancellationTokenSource done = new();
        Task[] arriving =
        [
            .. Enumerable.Range(0, 8).Select(async sender =>
            {
                for (int i = 0; !done.IsCancellationRequested; i++)
                {
                    MailboxKey box = boxes[(sender + i) % 4];
                    DeliveryResult result = await (sender % 2 == 0 ? first : second).DeliverAsync(Message((sender * 100_000) + i), box);
                    Assert.Equal(DeliveryStatus.Stored, result.Status);
                    if (i % 5 == 0)
                        await first.DeleteAsync(box, [result.Messages[0].EmailId], CancellationToken.None);
                }
            }),
        ];

        await LimitCustomerAsync(cell, 1L << 40);
        await LimitDomainAsync(cell, 1L << 40);
        await AssertCleanAsync(cell);
        await done.CancelAsync();
        await Task.WhenAll(arriving);

        Assert.Equal(await cell.ReadAsync<decimal>("SELECT 2 * sum(used_bytes) FROM mail.mailbox"), await cell.ReadAsync<decimal>("SELECT sum(used_bytes) FROM mail.pool_share"));
        Assert.Equal(0L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.pool_share WHERE used_bytes > reserved_bytes"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task TheShareOfANodeThatDiedGoesBack()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = (await AddAsync(cell, 1))[0];
        await using MailStore survivor = await cell.OpenAsync(node: "node2");
        await using (MailStore dead = await cell.OpenAsync(node: "node1"))
        {
            await LimitCustomerAsync(cell, 40_000_000);
            await dead.DeliverAsync(Message(1), alice);
        }

        Assert.True(await cell.ReadAsync<long>("SELECT reserved_bytes FROM mail.pool") > 2_000_000);
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 second' WHERE name = 'node1'");

        await Eventually.HoldsAsync(async () => await cell.ReadAsync<long>("SELECT reserved_bytes FROM mail.pool") == Logical, "the dead node's share is folded");
        Assert.Equal("0", await cell.ReadAsync<string>("SELECT string_agg(epoch::text, ',') FROM mail.pool_share"));
        Assert.Equal(DeliveryStatus.Stored, (await survivor.DeliverAsync(Message(2, 30_000_000), alice)).Status);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ADomainThatGoesToAnotherCustomerTakesItsMailAlong()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = (await AddAsync(cell, 1))[0];
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await LimitCustomerAsync(cell, Logical * 9);
        await LimitCustomerAsync(cell, Logical * 9, "cus_2");

        await new CellDoor(cell.Database).UpsertAsync(new DesiredBatch([], [new DesiredDomain("dom_1", 7, "cus_2", "a.test", DomainState.Active)], []), CancellationToken.None);

        await Eventually.HoldsAsync(async () => await cell.ReadAsync<string>(
            "SELECT string_agg(c.public_id || ' ' || p.reserved_bytes, ', ' ORDER BY c.public_id) FROM mail.pool p JOIN directory.customer c ON c.id = p.owner_id") == $"cus_1 0, cus_2 {Logical}", "both customers are counted anew");
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ALoweredLimitRefusesWithoutTouchingWhatIsThere()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = (await AddAsync(cell, 1))[0];
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, 100_000_000);
        await store.DeliverAsync(Message(1), alice);

        await LimitCustomerAsync(cell, 10);

        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(2), alice)).Status);
        Assert.Equal([Message(1)], await store.ReadInboxAsync(alice));
        await store.DeleteAsync(alice, [1], CancellationToken.None);
        Assert.Equal(0, await UsedAsync(cell));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task RcptIsToldOfAFullCustomer()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = await AddAsync(cell, 2);
        await using MailStore store = await cell.OpenAsync();
        await LimitCustomerAsync(cell, Logical * 2);
        Assert.True(await store.HasRoomAsync(boxes[0], 1L << 40, Logical, CancellationToken.None));

        await store.DeliverAsync(Message(1), boxes);

        Assert.False(await store.HasRoomAsync(boxes[0], 1L << 40, Logical, CancellationToken.None));
        Assert.False(await store.HasRoomAsync(boxes[1], 1L << 40, 1, CancellationToken.None));
    }

    [Fact]
    public async Task ADriftedCountIsToldAndPutRight()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = (await AddAsync(cell, 1))[0];
        await using (MailStore store = await cell.OpenAsync())
        {
            await LimitCustomerAsync(cell, 1_000_000);
            await store.DeliverAsync(Message(1), alice);
        }

        await cell.ExecuteAsync("UPDATE mail.pool_share SET used_bytes = used_bytes + 5; UPDATE mail.pool SET reserved_bytes = reserved_bytes + 7");
        StoreCheckReport found = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None);
        Assert.Equal($"cus_1: used bytes of its quota are {Logical + 5} and should be {Logical}", found.Problems[0].Text);
        Assert.StartsWith("cus_1: reserved bytes of its quota are ", found.Problems[1].Text, StringComparison.Ordinal);

        StoreCheckReport repaired = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Repair: true), CancellationToken.None);
        Assert.All(repaired.Problems, problem => Assert.True(problem.IsRepaired));
        await AssertCleanAsync(cell);
    }

    private static async Task<MailboxKey[]> AddAsync(TestCell cell, int count)
    {
        MailboxKey[] boxes = new MailboxKey[count];
        for (int i = 0; i < count; i++)
            boxes[i] = await cell.AddMailboxAsync($"box{i}");
        return boxes;
    }

    private static Task LimitCustomerAsync(TestCell cell, long? bytes, string customer = "cus_1") =>
        LimitAsync(cell, new DesiredBatch([new DesiredCustomer(customer, NextVersion(), CustomerState.Active) { QuotaBytes = bytes }], [], []));

    private static Task LimitDomainAsync(TestCell cell, long? bytes) =>
        LimitAsync(cell, new DesiredBatch([], [new DesiredDomain("dom_1", NextVersion(), "cus_1", "a.test", DomainState.Active) { QuotaBytes = bytes }], []));

    private static int NextVersion() => Interlocked.Increment(ref _version);

    private static async Task LimitAsync(TestCell cell, DesiredBatch batch)
    {
        AppliedRow row = Assert.Single(await new CellDoor(cell.Database).UpsertAsync(batch, CancellationToken.None));
        Assert.Null(row.Refusal);
        await Eventually.HoldsAsync(async () => await cell.ReadAsync<long>("SELECT count(*) FROM mail.pool WHERE counted_at IS NULL") == 0, "the pools are counted");
    }

    private static async Task<long> UsedAsync(TestCell cell) => (long)await cell.ReadAsync<decimal>("SELECT coalesce(sum(used_bytes), 0) FROM mail.pool_share");

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
}
