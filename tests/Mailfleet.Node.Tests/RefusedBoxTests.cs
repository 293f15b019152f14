using System.Net;
using Mailfleet.Cell;
using Mailfleet.Message;
using Mailfleet.Node.Smtp;
using Mailfleet.Smtp;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Node.Tests;

public sealed class RefusedBoxTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string Header = "From: a@remote.test\r\nSubject: x\r\n\r\n";

    // No SIZE, so only the commit can tell that one of the two has no room.
    [Fact]
    public async Task SenderHearsAtRcptWhichMailboxHadNoRoomSoThatTheOthersGetTheMessage()
    {
        await node.AddDomainAsync("room", "anna full", "info=full@room.test");
        Assert.Equal([null, null, "452 4.2.2"], await SendAsync("sender@remote.test"));
        Assert.Empty(await node.DeliveredToAsync("anna@room.test"));

        Assert.Equal([null, "452 4.2.2", "250 2.0.0"], await SendAsync("sender@remote.test"));
        Assert.Equal(["anna@room.test"], await node.DeliveredToAsync("anna@room.test"));

        Assert.Equal([null, null, "452 4.2.2"], await SendAsync("another@remote.test")); // who has not been refused yet
    }

    [Fact]
    public void RefusalIsForgottenAfterAnHour()
    {
        FakeTimeProvider clock = new();
        RefusedBoxes boxes = new(clock);
        boxes.Add(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1));
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.True(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1)));
        Assert.False(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(2)));
        Assert.False(boxes.Contains(IPAddress.IPv6Loopback, ReversePath.Null, new MailboxKey(1)));

        boxes.Add(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1)); // refused again: the hour begins anew
        clock.Advance(TimeSpan.FromMinutes(59));
        boxes.Add(IPAddress.Loopback, ReversePath.Null, new MailboxKey(3)); // drops what is an hour old
        Assert.True(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1)));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1)));
    }

    [Fact]
    public void OldestIsForgottenWhenFull()
    {
        RefusedBoxes boxes = new(new FakeTimeProvider());
        for (int i = 0; i <= RefusedBoxes.Capacity; i++)
            boxes.Add(IPAddress.Loopback, ReversePath.Null, new MailboxKey(i));
        Assert.False(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(0)));
        Assert.True(boxes.Contains(IPAddress.Loopback, ReversePath.Null, new MailboxKey(1)));
    }

    private async Task<IEnumerable<string?>> SendAsync(string from)
    {
        (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SendFromAsync(from, null, Header + "text\r\n", "anna@room.test", "info@room.test");
        return recipients.Append(content).Select(answer => answer is null ? null : $"{answer.Code} {answer.Status}");
    }
}
