using System.Buffers;
using System.IO.Pipelines;

namespace Mailfleet.Wire;

public sealed partial class WireConnection
{
    // Rented while a line is being handled, given back before a wait: an idle connection holds no buffer.
    private byte[]? _line;
    private int _lineLength;
    private bool _skippingLine;

    /// <summary>Whether the peer has sent more than what was read so far.</summary>
    public bool HasInput
    {
        get
        {
            if (!TryRead(out ReadResult result))
                return false;
            bool any = !result.Buffer.IsEmpty;
            _input.AdvanceTo(result.Buffer.Start);
            return any;
        }
    }

    /// <summary>Whether the peer sends nothing for so long (up to two seconds longer). What it sends is kept.</summary>
    public async ValueTask<bool> IsSilentAsync(TimeSpan wait)
    {
        if (HasInput)
            return false;
        _deadline.Arm(wait);
        ReadResult? read = _draining ? null : await ReadAsync();
        _deadline.Disarm();
        if (read is not { } result)
            return true;
        bool isSilent = result.Buffer.IsEmpty;
        _input.AdvanceTo(result.Buffer.Start);
        return isSilent;
    }

    /// <summary>Reads the next command line. Replies written before leave when there is none waiting (RFC 2920 §3.2).</summary>
    /// <param name="limit">Octets of the line with its CRLF.</param>
    /// <param name="timeout">For the whole line, however it dribbles in.</param>
    public async ValueTask<LineRead> ReadLineAsync(int limit, TimeSpan timeout)
    {
        bool armed = false;
        try
        {
            while (true)
            {
                if (_revoked)
                    return EndOfLines(LineStatus.Revoked, SessionOutcome.Revoked);
                if (!TryRead(out ReadResult result))
                {
                    if (!await FlushAsync())
                        return new LineRead(LineStatus.Closed, default);
                    if (_draining)
                        return EndOfLines(LineStatus.Draining, SessionOutcome.Drained);
                    if (!armed)
                        _expired = false;
                    else if (_expired)
                        return EndOfLines(LineStatus.Expired, SessionOutcome.TimedOut);
                    ReturnLine();
                    if (!armed)
                        _deadline.Arm(timeout);
                    armed = true;
                    if (await ReadAsync() is not { } read)
                        return new LineRead(LineStatus.Closed, default);
                    result = read;
                }
                ReadOnlySequence<byte> buffer = result.Buffer;
                LineStatus status = LineParser.TryTake(ref buffer, limit, ref _skippingLine, out ReadOnlySequence<byte> line);
                if (status != LineStatus.Incomplete)
                {
                    ReadOnlyMemory<byte> copy = Keep(line);
                    _input.AdvanceTo(buffer.Start);
                    return new LineRead(status, copy);
                }
                _input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    return new LineRead(LineStatus.Closed, default);
            }
        }
        finally
        {
            if (armed)
                _deadline.Disarm();
        }
    }

    /// <summary>Reads content up to CRLF.CRLF and hands it on without dot-stuffing.</summary>
    public async ValueTask<BlockStatus> ReadDotBlockAsync(PieceSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        DotDecoder decoder = default;
        RateBudget budget = new(_options);
        while (true)
        {
            (BlockStatus status, ReadResult result) = await ReadBlockAsync(budget);
            if (status != BlockStatus.Incomplete)
                return status;
            budget.Received(result.Buffer.Length);
            long consumed = 0;
            try
            {
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    ReadOnlyMemory<byte> rest = segment;
                    while (!rest.IsEmpty && status == BlockStatus.Incomplete)
                    {
                        DotStep step = decoder.Decode(rest.Span);
                        consumed += step.Consumed;
                        status = step.Status;
                        if (step.ContentLength > 0 && !await sink(rest.Slice(step.ContentStart, step.ContentLength), cancellationToken))
                            return BlockStatus.Refused;
                        rest = rest[step.Consumed..];
                    }
                    if (status != BlockStatus.Incomplete)
                        return status;
                }
            }
            finally
            {
                _input.AdvanceTo(result.Buffer.GetPosition(consumed));
            }
        }
    }

    /// <summary>Reads exactly so many bytes. Nothing is allocated by the length the peer declared.</summary>
    public async ValueTask<BlockStatus> ReadLiteralAsync(long length, PieceSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        RateBudget budget = new(_options);
        while (length > 0)
        {
            (BlockStatus status, ReadResult result) = await ReadBlockAsync(budget);
            if (status != BlockStatus.Incomplete)
                return status;
            ReadOnlySequence<byte> piece = result.Buffer.Slice(0, Math.Min(length, result.Buffer.Length));
            budget.Received(piece.Length);
            length -= piece.Length;
            try
            {
                foreach (ReadOnlyMemory<byte> segment in piece)
                {
                    if (!await sink(segment, cancellationToken))
                        return BlockStatus.Refused;
                }
            }
            finally
            {
                _input.AdvanceTo(piece.End);
            }
        }
        return BlockStatus.Complete;
    }

    private LineRead EndOfLines(LineStatus status, SessionOutcome outcome)
    {
        Tally.Outcome = outcome;
        return new LineRead(status, default);
    }

    private (BlockStatus Status, ReadResult Result) EndOfBlock(BlockStatus status, SessionOutcome outcome)
    {
        Tally.Outcome = outcome;
        return (status, default);
    }

    // Incomplete means that there are bytes.
    private async ValueTask<(BlockStatus Status, ReadResult Result)> ReadBlockAsync(RateBudget budget)
    {
        while (true)
        {
            if (_revoked)
                return EndOfBlock(BlockStatus.Revoked, SessionOutcome.Revoked);
            if (!TryRead(out ReadResult result))
            {
                TimeSpan left = budget.Left;
                if (!await FlushAsync())
                    return (BlockStatus.Closed, default);
                if (left <= TimeSpan.Zero)
                    return EndOfBlock(BlockStatus.Expired, SessionOutcome.TimedOut);
                _expired = false;
                _deadline.Arm(left);
                long start = _sweep.NowSeconds;
                if (await ReadAsync() is not { } read)
                    return (BlockStatus.Closed, default);
                _deadline.Disarm();
                budget.Waited(_sweep.NowSeconds - start);
                result = read;
            }
            if (!result.Buffer.IsEmpty)
                return (BlockStatus.Incomplete, result);
            _input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return (BlockStatus.Closed, default);
            if (_expired)
                return EndOfBlock(BlockStatus.Expired, SessionOutcome.TimedOut);
            // Woken by a drain: content that has begun is read to its end.
        }
    }

    // False when there is nothing to read now; a peer that is gone shows at the next wait.
    private bool TryRead(out ReadResult result)
    {
        result = default;
        try
        {
            return !_closed && _input.TryRead(out result);
        }
        catch (Exception fault) when (IsTransportFault(fault))
        {
            _closed = true;
            return false;
        }
    }

    private async ValueTask<ReadResult?> ReadAsync()
    {
        try
        {
            return await _input.ReadAsync(CancellationToken.None);    // an abort completes the pipe; a token would cost a registration a read
        }
        catch (Exception fault) when (IsTransportFault(fault))
        {
            _closed = true;
            return null;
        }
    }

    private ReadOnlyMemory<byte> Keep(in ReadOnlySequence<byte> line)
    {
        int length = (int)line.Length;
        if (_line is null || _line.Length < length)
        {
            ReturnLine();
            _line = ArrayPool<byte>.Shared.Rent(length);
        }
        line.CopyTo(_line);
        _lineLength = Math.Max(_lineLength, length);
        return _line.AsMemory(0, length);
    }

    private void ReturnLine()
    {
        if (_line is null)
            return;
        _line.AsSpan(0, _lineLength).Clear();           // it may have held a password
        ArrayPool<byte>.Shared.Return(_line);
        _line = null;
        _lineLength = 0;
    }

    private void DropInput()
    {
        while (TryRead(out ReadResult result))
        {
            _input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }
}
