namespace Mailfleet.Queue.Scheduling;

/// <summary>What one tenant has for one destination in one lane: groups of recipients that can share a transaction, in the order in which they came.</summary>
internal sealed class Lot(Tenant tenant, Site site)
{
    private readonly LinkedList<List<QueueEntry>> _groups = [];
    private readonly Dictionary<(long Message, string From), List<QueueEntry>> _open = [];

    public Tenant Tenant { get; } = tenant;

    public Site Site { get; } = site;

    public bool IsEmpty => _groups.Count == 0;

    public void Add(QueueEntry entry, int recipientsPerTransaction)
    {
        (long, string) key = (entry.Key.Message, entry.From);
        if (!_open.TryGetValue(key, out List<QueueEntry>? group) || group.Count >= recipientsPerTransaction)
        {
            group = [];
            _open[key] = group;
            _groups.AddLast(group);
        }

        group.Add(entry);
    }

    public List<QueueEntry> Take()
    {
        List<QueueEntry> group = _groups.First!.Value;
        _groups.RemoveFirst();
        (long, string) key = (group[0].Key.Message, group[0].From);
        if (_open.TryGetValue(key, out List<QueueEntry>? open) && ReferenceEquals(open, group))
            _open.Remove(key);
        return group;
    }
}
