using Mailfleet.Cell;
using Mailfleet.Store.Delivering;
using Mailfleet.Store.Folders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Store.Tests;

public sealed class DeliveryPlanTests
{
    private static readonly MailboxKey Alice = new(1);
    private static readonly MailboxKey Bob = new(2);

    // Trace lines of an empty sender and "a": what an empty message takes.
    private static readonly long EmptyLength = TraceLines.LengthOf("", "a");

    private long _lastId;

    [Fact]
    public void RefusedMessageLeavesItsRoomToTheNextOfTheSameBatch()
    {
        Dictionary<long, MailboxCounters> mailboxes = new() { [1] = Locked(Alice, quota: EmptyLength), [2] = Locked(Bob, quota: 0) };
        Delivery toBoth = To(Alice, Bob);
        Delivery toAlice = To(Alice);

        DeliveryPlan plan = DeliveryPlan.Decide([toBoth, toAlice], mailboxes);

        (Delivery refused, DeliveryStatus status, IReadOnlyList<MailboxKey> full) = Assert.Single(plan.Refused);
        Assert.Equal((toBoth, DeliveryStatus.OverQuota), (refused, status));
        Assert.Equal([Bob], full);
        Assert.Equal([toAlice], plan.Stored);
        Assert.Equal(EmptyLength, mailboxes[1].UsedBytes);
        Assert.Equal(0, mailboxes[2].UsedBytes);
    }

    [Fact]
    public void RoomIsGivenInTheOrderOfArrival()
    {
        Delivery[] batch = [To(Alice), To(Alice), To(Alice)];

        DeliveryPlan plan = DeliveryPlan.Decide(batch, new Dictionary<long, MailboxCounters> { [1] = Locked(Alice, quota: (2 * EmptyLength) + 1) });

        Assert.Equal(batch[..2], plan.Stored);
        Assert.Equal([(1, 1), (2, 2)], plan.Rows.Select(row => ((int)row.EmailId, (int)row.Uid)));
    }

    [Fact]
    public void TwoCopiesForOneMailboxNeedRoomForBoth()
    {
        DeliveryPlan plan = DeliveryPlan.Decide([To(Alice, Alice)], new Dictionary<long, MailboxCounters> { [1] = Locked(Alice, quota: (2 * EmptyLength) - 1) });

        Assert.Equal([Alice], Assert.Single(plan.Refused).Mailboxes);
        Assert.Empty(plan.Stored);
    }

    [Fact]
    public void MessageWaitsWholeWhenOneOfItsMailboxesIsHeldByOthers()
    {
        Delivery toBoth = To(Alice, Bob);
        Delivery toAlice = To(Alice);

        DeliveryPlan plan = DeliveryPlan.Decide(
            [toBoth, toAlice], new Dictionary<long, MailboxCounters> { [1] = Locked(Alice, quota: 1 << 20), [2] = new(Bob, 1 << 20, isGone: false) });

        Assert.Equal([toBoth], plan.Busy);
        Assert.Equal([toAlice], plan.Stored);
        Assert.Single(plan.Rows);
    }

    [Fact]
    public void QuotaNearTheLargestNumberDoesNotOverflow()
    {
        MailboxCounters alice = Locked(Alice, quota: long.MaxValue, used: long.MaxValue - 10);

        Assert.Empty(DeliveryPlan.Decide([To(Alice)], new Dictionary<long, MailboxCounters> { [1] = alice }).Stored);
    }

    private static MailboxCounters Locked(MailboxKey mailbox, long quota, long used = 0)
    {
        MailboxCounters counters = new(mailbox, quota, isGone: false);
        counters.Add(new FolderCounters(FolderId.Inbox, uidNext: 1, lastReceivedAt: null));
        counters.Lock(modSeq: 0, used, nextEmailId: 1);
        return counters;
    }

    private Delivery To(params MailboxKey[] mailboxes) =>
        new(
            ++_lastId,
            new IncomingMessage(1 << 20, false, _ => throw new InvalidOperationException("Nothing is streamed here."), NullLogger.Instance),
            [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox, "", "a"))],
            DateTimeOffset.UnixEpoch,
            startedAt: 0);
}
