using System.Diagnostics;
using System.Text;
using Mailfleet.Cell;
using Mailfleet.Node.Pop3;
using Mailfleet.Pop3;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Node.Tests;

/// <summary>A client that fetches its mail in order costs few queries; one that jumps gets what it asks for.</summary>
public sealed class ReadAheadTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task FetchingInOrderLooksUpMoreAndMoreAtATime()
    {
        (Maildrop maildrop, _, _) = await FillAsync("inorder", 100);

        int queries = await QueriesAsync(async () =>
        {
            for (int index = 0; index < 100; index++)
                Assert.Equal(index, await NumberAsync(maildrop, index));
        });

        Assert.Equal(7, queries);       // 1, 2, 4, 8, 16, 32, the rest
    }

    [Fact]
    public async Task FetchingInAnyOrderGivesTheMessageAskedFor()
    {
        (Maildrop maildrop, _, _) = await FillAsync("anyorder", 40);
        int[] order = [.. Enumerable.Range(0, 40)];
        new Random(7).Shuffle(order);
        foreach (int index in (int[])[.. order, 5, 5, 6, 4, 39, 0, 1, 2, 1])
            Assert.Equal(index, await NumberAsync(maildrop, index));
    }

    [Fact]
    public async Task WhatAnotherSessionDeletedIsGoneAfterSeconds()
    {
        (Maildrop maildrop, MailboxKey mailbox, FakeTimeProvider clock) = await FillAsync("deleted", 10);
        for (int index = 0; index < 4; index++)
            await NumberAsync(maildrop, index);
        await node.Store.DeleteAsync(mailbox, [5, 6, 7], CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await maildrop.OpenAsync(4, CancellationToken.None));
        Assert.Null(await maildrop.OpenAsync(5, CancellationToken.None));
        Assert.Equal(7, await NumberAsync(maildrop, 7));
    }

    private async Task<(Maildrop Maildrop, MailboxKey Mailbox, FakeTimeProvider Clock)> FillAsync(string domain, int messages)
    {
        await node.AddDomainAsync(domain, "anna");
        for (int i = 0; i < messages; i++)
            await node.SendAsync($"Subject: {i}\r\nFrom: a@b.test\r\n\r\n", $"anna@{domain}.test");
        MailboxKey mailbox = (await node.MailboxAsync($"anna@{domain}.test")).Key;
        FakeTimeProvider clock = new();
        return (new Maildrop(node.Store, mailbox, await node.Store.OpenInboxAsync(mailbox, CancellationToken.None), clock), mailbox, clock);
    }

    private static async Task<int> NumberAsync(Maildrop maildrop, int index)
    {
        await using IPop3Content content = await maildrop.OpenAsync(index, CancellationToken.None) ?? throw new InvalidOperationException($"{index} is gone");
        byte[] buffer = new byte[4096];
        string text = Encoding.ASCII.GetString(buffer, 0, await content.ReadAsync(buffer, CancellationToken.None));
        return int.Parse(text.Split("Subject: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<int> QueriesAsync(Func<Task> work)
    {
        using Activity own = new Activity("counted").Start();
        int queries = 0;
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == own.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = _ => Interlocked.Increment(ref queries),
        };
        ActivitySource.AddActivityListener(listener);
        await work();
        return queries;
    }
}
