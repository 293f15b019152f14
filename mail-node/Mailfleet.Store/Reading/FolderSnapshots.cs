using Mailfleet.Cell;

namespace Mailfleet.Store.Reading;

/// <summary>
/// Folder lists, kept while the folder stays as it is: most log-ins are of programs that ask whether there is new mail, and there is none.
/// Each look asks the database for the folder's state; nothing is assumed. Bounded by messages; the longest unused goes first.
/// </summary>
internal sealed class FolderSnapshots(MessageRows rows, int capacity)
{
    private const int MessagesAnEntryCosts = 16;        // its own memory beside the list

    private readonly Lock _gate = new();
    private readonly Dictionary<(MailboxKey, int), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private int _held;

    /// <summary>Messages that are kept at most.</summary>
    public int Capacity { get; set; } = capacity;

    /// <summary>Null when the mailbox has no rows yet.</summary>
    public async Task<FolderSnapshot?> OpenAsync(MailboxKey mailbox, int folder, CancellationToken cancellationToken)
    {
        // A state in one small table is asked for first: the messages' table has many partitions, and each query of it pays for all of them.
        if (Find((mailbox, folder)) is { } kept && await rows.FindFolderAsync(mailbox, folder, cancellationToken) == kept.State)
            return kept.Snapshot;
        if (await rows.ListAsync(mailbox, folder, cancellationToken) is not var (state, listed))
            return null;

        // The list may be newer than its state: the next look then finds another state and lists again.
        Keep(new Entry((mailbox, folder), state, listed));
        return listed;
    }

    private Entry? Find((MailboxKey, int) key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
                return null;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }
    }

    private void Keep(Entry entry)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Key, out LinkedListNode<Entry>? older))
                Drop(older);
            _entries.Add(entry.Key, _byUse.AddLast(entry));
            _held += entry.Cost;
            while (_held > Capacity)
                Drop(_byUse.First!);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _held -= node.Value.Cost;
    }

    private sealed record Entry((MailboxKey, int) Key, FolderState State, FolderSnapshot Snapshot)
    {
        public int Cost => Snapshot.Messages.Count + MessagesAnEntryCosts;
    }
}
