using Mailfleet.Cell;
using Mailfleet.Store.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class QuotaTests(CellTemplate template)
{
    [Fact]
    public async Task QuotaIsExactWhateverDeliversAtOnce()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        long logical = TraceFor("box1@a.test").Length + 500;
        MailboxKey alice = await cell.AddMailboxAsync("alice", quotaBytes: (logical * 10) + 3);
        Assert.Equal(1, alice.Value);
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? first : second).DeliverAsync(Message(i), alice)));

        Assert.Equal(10, results.Count(result => result.Status == DeliveryStatus.Stored));
        Assert.All(results.Where(result => result.Status != DeliveryStatus.Stored), result =>
        {
            Assert.Equal(DeliveryStatus.OverQuota, result.Status);
            Assert.Equal([alice], result.Refused);
        });
        Assert.Equal(logical * 10, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
    }

    [Fact]
    public async Task MessageThatJustFillsTheMailboxFits()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice", quotaBytes: TraceFor("box1@a.test").Length + 500);
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(1, 501), alice)).Status);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1, 500), alice)).Status);
    }

    [Fact]
    public async Task OneFullMailboxRefusesTheMessageForAllAndTakesNoRoomFromTheOthers()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey full = await cell.AddMailboxAsync("full", quotaBytes: 100);
        MailboxKey roomy = await cell.AddMailboxAsync("roomy", quotaBytes: 600);
        await using MailStore store = await cell.OpenAsync();

        DeliveryResult refused = await store.DeliverAsync(Message(1), roomy, full);
        DeliveryResult taken = await store.DeliverAsync(Message(2), roomy);

        Assert.Equal(DeliveryStatus.OverQuota, refused.Status);
        Assert.Equal([full], refused.Refused);
        Assert.Equal(DeliveryStatus.Stored, taken.Status);
        Assert.Equal([Message(2)], await store.ReadInboxAsync(roomy));
    }

    [Fact]
    public async Task ChangedQuotaHoldsForTheNextMessage()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), alice)).Status);

        await cell.ExecuteAsync("UPDATE directory.mailbox SET quota_bytes = 600");

        Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(Message(2), alice)).Status);
    }

    [Fact]
    public async Task HintForRcptIsKeptForASecondAndFedByOwnCommits()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FakeTimeProvider clock = new();
        await using MailStore store = await cell.OpenAsync(clock: clock);
        Assert.True(await store.HasRoomAsync(alice, 10_000, 5_000, CancellationToken.None));
        await cell.ExecuteAsync($"INSERT INTO mail.mailbox (mailbox_id, used_bytes) VALUES ({alice}, 9000)");

        Assert.True(await store.HasRoomAsync(alice, 10_000, 5_000, CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await store.HasRoomAsync(alice, 10_000, 5_000, CancellationToken.None));

        await cell.ExecuteAsync("DELETE FROM mail.mailbox");
        await store.DeliverAsync(Message(1), alice);
        Assert.True(await store.HasRoomAsync(alice, 10_000, 5_000, CancellationToken.None));
    }

    [Fact]
    public async Task HintNearTheLimitIsReadAgain()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FakeTimeProvider clock = new();
        await using MailStore store = await cell.OpenAsync(clock: clock);
        await cell.ExecuteAsync($"INSERT INTO mail.mailbox (mailbox_id, used_bytes) VALUES ({alice}, 9900)");
        Assert.False(await store.HasRoomAsync(alice, 10_000, 200, CancellationToken.None));
        await cell.ExecuteAsync("UPDATE mail.mailbox SET used_bytes = 0");

        Assert.False(await store.HasRoomAsync(alice, 10_000, 200, CancellationToken.None));
        clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.True(await store.HasRoomAsync(alice, 10_000, 200, CancellationToken.None));
    }
}
