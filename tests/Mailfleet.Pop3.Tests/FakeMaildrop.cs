namespace Mailfleet.Pop3.Tests;

/// <summary>A maildrop in memory. Null stands for a message that is gone since the snapshot.</summary>
internal sealed class FakeMaildrop(params byte[]?[] messages) : IPop3Maildrop
{
    public List<int> Deleted { get; } = [];

    /// <summary>How much of a message is handed out at a time.</summary>
    public int PieceBytes { get; init; } = 7;

    /// <summary>Deleting fails as a whole.</summary>
    public bool IsReadOnly { get; init; }

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<Pop3Message> Messages { get; } =
        [.. messages.Select(static (message, i) => new Pop3Message(0x5eed, (uint)(i + 1), message?.Length ?? 10))];

    public ValueTask<IPop3Content?> OpenAsync(int index, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IPop3Content?>(messages[index] is { } message ? new Content(message, PieceBytes) : null);

    public ValueTask DeleteAsync(IReadOnlyCollection<int> indexes, CancellationToken cancellationToken)
    {
        if (IsReadOnly)
            throw new IOException("The store is away.");
        Deleted.AddRange(indexes);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Breaks where the message says so.</summary>
    private sealed class Content(byte[] message, int pieceBytes) : IPop3Content
    {
        private int _at;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int length = Math.Min(Math.Min(pieceBytes, buffer.Length), message.Length - _at);
            if (message.AsSpan(0, _at + length).IndexOf("<!>"u8) >= 0)
                throw new IOException("The bytes are damaged.");
            message.AsMemory(_at, length).CopyTo(buffer);
            _at += length;
            return ValueTask.FromResult(length);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
