using Mailfleet.Cell;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// Decides a batch message by message, in the order of arrival, against the locked counters. A message that does not fit one of its targets is
/// refused whole; one that needs a mailbox somebody else holds is set aside whole.
/// </summary>
internal sealed class DeliveryPlan
{
    private DeliveryPlan(IReadOnlyDictionary<long, MailboxCounters> mailboxes) => Mailboxes = [.. mailboxes.Values.Where(mailbox => mailbox.IsLocked)];

    public List<Row> Rows { get; } = [];

    public List<Delivery> Stored { get; } = [];

    public List<Delivery> Busy { get; } = [];

    public List<(Delivery Delivery, DeliveryStatus Status, IReadOnlyList<MailboxKey> Mailboxes)> Refused { get; } = [];

    /// <summary>The mailboxes whose rows this transaction holds, also those that nothing was added to.</summary>
    public IReadOnlyList<MailboxCounters> Mailboxes { get; }

    /// <param name="mailboxes">All that the directory knows of the batch's targets.</param>
    public static DeliveryPlan Decide(IEnumerable<Delivery> batch, IReadOnlyDictionary<long, MailboxCounters> mailboxes)
    {
        DeliveryPlan plan = new(mailboxes);
        foreach (Delivery delivery in batch)
            plan.Decide(delivery, mailboxes);
        return plan;
    }

    private void Decide(Delivery delivery, IReadOnlyDictionary<long, MailboxCounters> mailboxes)
    {
        MailboxCounters?[] targets = [.. delivery.Targets.Select(target => mailboxes.GetValueOrDefault(target.Mailbox.Value))];
        List<MailboxKey> gone = [.. delivery.Targets.Where((_, index) => targets[index] is null or { IsGone: true }).Select(target => target.Mailbox)];
        if (gone.Count > 0)
        {
            Refused.Add((delivery, DeliveryStatus.MailboxGone, gone));
            return;
        }

        if (targets.Any(target => !target!.IsLocked))
        {
            Busy.Add(delivery);
            return;
        }

        bool[] isReserved = [.. delivery.Targets.Select((target, index) => targets[index]!.TryReserve(delivery.LogicalSizeFor(target), delivery.IsPromised))];
        if (isReserved.Contains(false))
        {
            for (int index = 0; index < targets.Length; index++)
            {
                if (isReserved[index])
                    targets[index]!.Unreserve(delivery.LogicalSizeFor(delivery.Targets[index]));
            }

            Refused.Add((delivery, DeliveryStatus.OverQuota, [.. delivery.Targets.Where((_, index) => !isReserved[index]).Select(target => target.Mailbox)]));
            return;
        }

        Stored.Add(delivery);
        for (int index = 0; index < targets.Length; index++)
        {
            long size = delivery.LogicalSizeFor(delivery.Targets[index]);
            (long emailId, long uid) = targets[index]!.Add(size);
            Rows.Add(new Row(delivery, delivery.Targets[index], targets[index]!, emailId, uid, size));
        }
    }

    /// <summary>One message row to be.</summary>
    internal readonly record struct Row(Delivery Delivery, DeliveryTarget Target, MailboxCounters Counters, long EmailId, long Uid, long SizeBytes);
}
