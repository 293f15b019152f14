using System.Buffers.Text;
using System.Text;
using Mailfleet.Wire;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    // The message that BDAT brings piece by piece; null outside of it.
    private ContentIntake? _chunks;

    // RFC 5321 §4.1.1.4.
    private async ValueTask<SmtpReply?> DataAsync(CancellationToken cancellationToken)
    {
        await using ContentIntake intake = await StartIntakeAsync(cancellationToken);
        SmtpReply.StartMailInput.WriteTo(_wire.Output);
        BlockStatus status = await _wire.ReadDotBlockAsync(intake.TakeAsync, cancellationToken);
        SmtpReply? reply = status switch
        {
            BlockStatus.Complete => await AcceptAsync(intake),
            BlockStatus.BadLineEnd => Dismiss(SmtpReply.BadContentLineEnd),
            _ => EndOfBlock(status, intake),
        };
        EndTransaction();
        return reply;
    }

    // RFC 3030 §2. The octets follow in any case, so they are read even when the command is refused (§4.2).
    private async ValueTask<SmtpReply?> BdatAsync(ReadOnlyMemory<byte> argument, SmtpReply? refusal, CancellationToken cancellationToken)
    {
        if (ParseChunk(argument.Span, out bool isLast) is not { } length)
            return Dismiss(SmtpReply.BadArguments);     // without the length the next command cannot be found
        if (length > 2 * _options.MaxMessageBytes)
            return Dismiss(SmtpReply.TooLarge);
        if (refusal is not null)
            return await _wire.ReadLiteralAsync(length, static (_, _) => ValueTask.FromResult(true), cancellationToken) is var end and not BlockStatus.Complete
                ? EndOfBlock(end, intake: null)
                : Junk(refusal);

        ContentIntake intake = _chunks ??= await StartIntakeAsync(cancellationToken);
        BlockStatus status = await _wire.ReadLiteralAsync(length, intake.TakeChunkAsync, cancellationToken);
        if (status != BlockStatus.Complete)
            return EndOfBlock(status, intake);
        if (isLast)
            await intake.EndChunksAsync(cancellationToken);
        if (!isLast && intake.Refusal is null)
            return new SmtpReply(250, "2.0.0", $"{length} octets received");
        SmtpReply reply = await AcceptAsync(intake);
        await ResetTransactionAsync();
        return reply;
    }

    private async ValueTask<ContentIntake> StartIntakeAsync(CancellationToken cancellationToken) =>
        new(await _backend.StartMessageAsync(Transaction, cancellationToken), _options.MaxMessageBytes);

    // From here to the reply nothing is cancelled: the client must hear what became of its message.
    private async ValueTask<SmtpReply> AcceptAsync(ContentIntake intake)
    {
        if (intake.Fault is not null)
            LogFault(intake.Fault, _wire.SessionId);
        if (intake.Refusal is not null)
            return intake.Refusal;
        SmtpReply reply = await intake.Message.AcceptAsync();
        if (!reply.IsPositive)
            return reply;
        _junk = 0;
        _wire.Tally.Messages++;
        _wire.Tally.MessageBytes += intake.Bytes;
        SmtpMetrics.Accepted(_endpoint.Service, intake.Bytes);
        _span?.SetTag("recipients", Transaction.Recipients.Count).SetTag("bytes", intake.Bytes);
        return reply;
    }

    // The block did not come to its end, so where the next command begins is unknown.
    private SmtpReply? EndOfBlock(BlockStatus status, ContentIntake? intake)
    {
        _ended = true;
        if (status == BlockStatus.Refused)
            _wire.Tally.Outcome = SessionOutcome.Dismissed;
        return status switch
        {
            BlockStatus.Expired => SmtpReply.TimedOut,
            BlockStatus.Revoked => SmtpReply.LogInEnded,
            BlockStatus.Refused => intake?.Refusal,
            _ => null,
        };
    }

    private SmtpReply Dismiss(SmtpReply reply)
    {
        _wire.Tally.Outcome = SessionOutcome.Dismissed;
        return EndWith(reply);
    }

    private SmtpReply EndWith(SmtpReply reply)
    {
        _ended = true;
        return reply;
    }

    private static long? ParseChunk(ReadOnlySpan<byte> argument, out bool isLast)
    {
        int space = argument.IndexOf((byte)' ');
        ReadOnlySpan<byte> number = space < 0 ? argument : argument[..space];
        isLast = space >= 0;
        if (isLast && !Ascii.EqualsIgnoreCase(argument[space..].TrimStart((byte)' '), "LAST"))
            return null;
        return number.Length > 0 && !number.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(number, out long length, out int read) && read == number.Length
            ? length
            : null;
    }
}
