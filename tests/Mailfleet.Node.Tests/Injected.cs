using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Node.Tests;

/// <summary>What the control plane hands to the cell arrives once.</summary>
public sealed class Injected(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task ArrivesOnceForEachRecipientHoweverOftenItIsHandedOver()
    {
        Injection notice = new("notice-1", ["anna@shop.test", "nobody@shop.test", "ben@shop.test"], "Subject: Change\r\n\r\nHello\r\n"u8.ToArray());
        await node.InjectAsync(notice);
        await node.InjectAsync(notice);
        await Eventually.HoldsAsync(
            async () => (await node.InjectedAsync("notice-1")).SequenceEqual(["anna@shop.test delivered", "ben@shop.test delivered", "nobody@shop.test nobody takes it"]),
            "all have an outcome");
        await node.InjectAsync(notice);
        await node.InjectAsync(notice with { Key = "notice-2", Recipients = ["carl@shop.test"] });
        await Eventually.HoldsAsync(async () => (await node.InjectedAsync("notice-2")).SequenceEqual(["carl@shop.test delivered"]), "a later one has passed");

        await using SocketClient pop3 = await SocketClient.ConnectAsync(node.Ports.Pop3);
        await pop3.ReadLineAsync();
        await pop3.AskAsync("USER anna@shop.test");
        Assert.StartsWith("+OK 1 messages", await pop3.AskAsync($"PASS {RunningNode.Password}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesThroughTheQueueForAnAddressElsewhere()
    {
        await node.InjectAsync(new Injection("outward", ["owner@elsewhere.invalid"], "Subject: Change\r\n\r\nHello\r\n"u8.ToArray()));
        await Eventually.HoldsAsync(async () => (await node.InjectedAsync("outward")).SequenceEqual(["owner@elsewhere.invalid delivered"]), "it is in the queue");
    }
}
