using Mailfleet.Cell;
using Mailfleet.Store.Folders;

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
        if (IsRefused(delivery, DeliveryStatus.MailboxGone, index => targets[index] is null or { IsGone: true }))
            return;

        if (targets.Any(target => !target!.IsLocked))
        {
            Busy.Add(delivery);
            return;
        }

        if (IsRefused(delivery, DeliveryStatus.FolderGone, index => delivery.Targets[index].RefuseWhenFolderIsGone && targets[index]!.Find(delivery.Targets[index].Folder) is null))
            return;

        bool[] isReserved = [.. delivery.Targets.Select((target, index) => targets[index]!.TryReserve(delivery.LogicalSizeFor(target), delivery.IsPromised))];
        if (isReserved.Contains(false))
        {
            for (int index = 0; index < targets.Length; index++)
            {
                if (isReserved[index])
                    targets[index]!.Unreserve(delivery.LogicalSizeFor(delivery.Targets[index]));
            }

            IsRefused(delivery, DeliveryStatus.OverQuota, index => !isReserved[index]);
            return;
        }

        Store(delivery, targets!);
    }

    private bool IsRefused(Delivery delivery, DeliveryStatus status, Func<int, bool> isCause)
    {
        List<MailboxKey> causes = [.. delivery.Targets.Where((_, index) => isCause(index)).Select(target => target.Mailbox)];
        if (causes.Count > 0)
            Refused.Add((delivery, status, causes));
        return causes.Count > 0;
    }

    private void Store(Delivery delivery, MailboxCounters[] targets)
    {
        Stored.Add(delivery);
        StoredMessage[] messages = new StoredMessage[targets.Length];
        for (int index = 0; index < targets.Length; index++)
        {
            DeliveryTarget target = delivery.Targets[index];
            long size = delivery.LogicalSizeFor(target);

            // A folder that has been deleted since: what was accepted goes to the inbox, which every mailbox has.
            FolderCounters folder = targets[index].Find(target.Folder) ?? targets[index].Find(FolderId.Inbox)!;
            long emailId = targets[index].Add(size, delivery.IsPromised);
            (long uid, DateTimeOffset receivedAt) = folder.Add(size, target.Flags.Bits, delivery.ReceivedAt, target.ReceivedAt);
            Rows.Add(new Row(delivery, target, targets[index], folder.Folder, emailId, uid, size, receivedAt));
            messages[index] = new StoredMessage(target.Mailbox, emailId, folder.Folder, (uint)uid);
        }

        delivery.Messages = messages;
    }

    /// <summary>One message row to be.</summary>
    internal readonly record struct Row(
        Delivery Delivery, DeliveryTarget Target, MailboxCounters Counters, FolderId Folder, long EmailId, long Uid, long SizeBytes, DateTimeOffset ReceivedAt);
}
