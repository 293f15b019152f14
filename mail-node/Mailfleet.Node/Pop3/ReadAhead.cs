using Mailfleet.Cell;
using Mailfleet.Store;

namespace Mailfleet.Node.Pop3;

/// <summary>
/// Places of a maildrop's next messages, looked up together. A client that fetches one after the other gets twice as many at each look-up, one that
/// jumps pays for what it asks for. Owned by one session, so by one caller at a time.
/// </summary>
internal sealed class ReadAhead(MailStore store, MailboxKey mailbox, FolderSnapshot inbox, TimeProvider clock)
{
    private const int MostPlaces = 64;      // some 10 KB while a session fetches

    // Far below the grace of compacted segments, and short enough that what another session deletes is soon gone here too.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly Dictionary<long, MessagePlace> _places = [];
    private int _end;
    private int _length;
    private long _lookedUpAt;

    /// <summary>Null when the message is gone.</summary>
    public async ValueTask<MessagePlace?> FindAsync(int index, CancellationToken cancellationToken)
    {
        long emailId = inbox.Messages[index].EmailId;
        if (_places.Remove(emailId, out MessagePlace? known) && clock.GetElapsedTime(_lookedUpAt) < Lifetime)
            return known;

        _length = index == _end ? Math.Min(Math.Max(1, _length * 2), MostPlaces) : 1;
        _end = Math.Min(index + _length, inbox.Messages.Count);
        _places.Clear();
        _lookedUpAt = clock.GetTimestamp();
        foreach (MessagePlace place in await store.LocateAsync(mailbox, [.. Enumerable.Range(index, _end - index).Select(i => inbox.Messages[i].EmailId)], cancellationToken))
            _places.Add(place.EmailId, place);
        return _places.Remove(emailId, out MessagePlace? found) ? found : null;
    }
}
