namespace Mailfleet.Pop3;

/// <summary>A snapshot of the inbox, in UID order. Takes no lock (a stated deviation from RFC 1939 §4).</summary>
public interface IPop3Maildrop : IAsyncDisposable
{
    /// <summary>Messages by index (message number − 1); may hold 100,000 of them, so it is a compact list.</summary>
    IReadOnlyList<Pop3Message> Messages { get; }

    /// <summary>Opens one message; null when it is gone since the snapshot was taken.</summary>
    ValueTask<IPop3Content?> OpenAsync(int index, CancellationToken cancellationToken);

    /// <summary>Deletes for good, all or none; deleting what is already gone succeeds. Throws when nothing was deleted.</summary>
    ValueTask DeleteAsync(IReadOnlyCollection<int> indexes, CancellationToken cancellationToken);
}
