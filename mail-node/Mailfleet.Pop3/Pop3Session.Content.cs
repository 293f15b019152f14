using System.Buffers;
using Mailfleet.Wire;

namespace Mailfleet.Pop3;

internal sealed partial class Pop3Session
{
    // A read of the store; large enough that a message of usual size is one read, small enough for thousands of sessions.
    private const int ReadOctets = 32 * 1024;

    private static readonly Pop3Reply MessageIsGone = Pop3Reply.Error("Message is gone");

    // RFC 1939 §5.
    private async ValueTask<Pop3Reply?> RetrAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (Find(argument.Span, out int index) is { } refusal)
            return refusal;
        return await SendAsync(index, bodyLines: null, cancellationToken);
    }

    // RFC 1939 §7.
    private async ValueTask<Pop3Reply?> TopAsync(ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        int space = argument.Span.IndexOf((byte)' ');
        if (space < 0 || !TryReadNumber(argument.Span[(space + 1)..], out int bodyLines))
            return Junk(Pop3Reply.BadArguments);
        if (Find(argument.Span[..space], out int index) is { } refusal)
            return refusal;
        return await SendAsync(index, bodyLines, cancellationToken);
    }

    private async ValueTask<Pop3Reply?> SendAsync(int index, int? bodyLines, CancellationToken cancellationToken)
    {
        await using IPop3Content? content = await Maildrop.Source.OpenAsync(index, cancellationToken);
        if (content is null)
            return MessageIsGone;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadOctets);       // owned here until the end of the message
        try
        {
            // The first read comes before +OK: a message that cannot be read at all is an honest -ERR.
            int length = await content.ReadAsync(buffer, cancellationToken);
            new Pop3Reply(true, bodyLines is null ? $"{Maildrop.Messages[index].SizeBytes} octets" : "Top follows").WriteTo(_wire.Output);
            if (await SendContentAsync(content, buffer, length, bodyLines, cancellationToken) && bodyLines is null)
                CountRetrieval(Maildrop.Messages[index].SizeBytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _junk = 0;
        return null;
    }

    // What breaks off in the middle cuts the connection off: an end that is not the end would make the client keep half a message and delete the whole.
    private async ValueTask<bool> SendContentAsync(IPop3Content content, byte[] buffer, int length, int? bodyLines, CancellationToken cancellationToken)
    {
        DotEncoder encoder = default;
        BodyCut cut = new(bodyLines ?? 0);
        try
        {
            while (length > 0 && !cut.IsReached)
            {
                int taken = bodyLines is null ? length : cut.Take(buffer.AsSpan(0, length));
                encoder.Encode(buffer.AsSpan(0, taken), _wire.Output);
                if (_wire.IsRevoked)
                    return CutOff("The log-in has ended.", SessionOutcome.Revoked);
                if (!await _wire.FlushIfFullAsync())
                {
                    _ended = true;
                    return false;
                }
                length = await content.ReadAsync(buffer, cancellationToken);
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)       // a peer that left is not our fault
        {
            LogFault(fault, _wire.SessionId);
            return CutOff("A message could not be read to its end.", SessionOutcome.Faulted);
        }
        encoder.Finish(_wire.Output);
        return true;
    }

    private bool CutOff(string reason, SessionOutcome outcome)
    {
        _wire.Tally.Outcome = outcome;
        _ended = true;
        _wire.Abort(reason);
        return false;
    }

    private void CountRetrieval(long bytes)
    {
        _wire.Tally.Messages++;
        _wire.Tally.MessageBytes += bytes;
        Pop3Metrics.Retrieved(bytes);
    }
}
