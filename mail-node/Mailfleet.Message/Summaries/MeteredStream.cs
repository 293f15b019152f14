namespace Mailfleet.Message.Summaries;

/// <summary>Hands bytes to the parser only while it shows for them: one header line cannot take memory without end.</summary>
internal sealed class MeteredStream(Stream inner, int maxUnshown) : Stream
{
    private long _unshown;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The parser has told of what it read.</summary>
    public void Show() => _unshown = 0;

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_unshown > maxUnshown)
            throw new BudgetException();

        // Whole buffers: what the parser makes of a malformed header depends on where its buffer ends, and shall not depend on how the bytes came.
        int read = inner.ReadAtLeast(buffer.AsSpan(offset, count), count, throwOnEndOfStream: false);
        _unshown += read;
        return read;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
