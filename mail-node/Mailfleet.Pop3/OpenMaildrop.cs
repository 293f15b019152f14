using System.Collections;

namespace Mailfleet.Pop3;

/// <summary>The maildrop of a session with its deletion marks: one bit a message, so that 100,000 of them cost 12 KB, and none until the first DELE.</summary>
internal sealed class OpenMaildrop : IAsyncDisposable
{
    private readonly IPop3Maildrop _maildrop;
    private readonly long _totalBytes;
    private BitArray? _deleted;

    public OpenMaildrop(IPop3Maildrop maildrop)
    {
        _maildrop = maildrop;
        for (int i = 0; i < maildrop.Messages.Count; i++)
            _totalBytes += maildrop.Messages[i].SizeBytes;
        RestoreAll();
    }

    public IPop3Maildrop Source => _maildrop;

    public IReadOnlyList<Pop3Message> Messages => _maildrop.Messages;

    /// <summary>Messages that are not marked.</summary>
    public int Count { get; private set; }

    /// <summary>Octets of the messages that are not marked.</summary>
    public long Bytes { get; private set; }

    public bool IsDeleted(int index) => _deleted is not null && _deleted[index];

    public void Delete(int index)
    {
        _deleted ??= new BitArray(Messages.Count);
        _deleted[index] = true;
        Count--;
        Bytes -= Messages[index].SizeBytes;
    }

    public void RestoreAll()
    {
        _deleted = null;
        Count = Messages.Count;
        Bytes = _totalBytes;
    }

    /// <summary>Makes the marks true, all or none.</summary>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (Count == Messages.Count)
            return;
        List<int> indexes = new(Messages.Count - Count);
        for (int i = 0; i < Messages.Count; i++)
        {
            if (IsDeleted(i))
                indexes.Add(i);
        }
        await _maildrop.DeleteAsync(indexes, cancellationToken);
    }

    public ValueTask DisposeAsync() => _maildrop.DisposeAsync();
}
