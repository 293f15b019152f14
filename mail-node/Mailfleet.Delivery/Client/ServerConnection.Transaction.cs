using System.Buffers;
using System.Globalization;
using Mailfleet.Wire;

namespace Mailfleet.Delivery.Client;

internal sealed partial class ServerConnection
{
    private const int BlockBytes = 64 << 10;

    private static readonly DeliveryReply NotTaken = DeliveryReply.Local("4.3.0", "The server has taken nothing yet");
    private static readonly DeliveryReply Withdrawn = DeliveryReply.Local("4.3.2", "This node no longer owns the message");

    // The last transaction was left open (§4.1.1.5); the next one begins with RSET.
    private bool _needsReset;

    /// <summary>
    /// Sends one message (RFC 5321 §3.3, pipelined as RFC 2920 allows). <paramref name="mayCommit"/> is asked right before the end of the content, the point
    /// of no return; no means that nothing is sent and all is untried.
    /// </summary>
    public async Task<TransactionResult> SendAsync(OutboundMessage message, Func<bool> mayCommit, CancellationToken cancellationToken)
    {
        Messages++;
        if (Unsendable(message) is { } fault)
            return TransactionResult.All(message, Outcome(SendStatus.Failed, fault));

        using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(static connection => ((ServerConnection)connection!).Abort(), this);
        await using IOutboundContent? content = await message.OpenAsync(cancellationToken);
        if (content is null)
            return TransactionResult.All(message, Outcome(SendStatus.Untried, NotTaken));

        int asked = Math.Min(message.Recipients.Count, _extensions.MaxRecipients ?? int.MaxValue);
        RecipientOutcome[] outcomes = [.. message.Recipients.Select(_ => Outcome(SendStatus.Untried, NotTaken))];
        (DeliveryReply mail, DeliveryReply? data) = await SendEnvelopeAsync(message, asked, outcomes);
        if (!mail.IsPositive)
            return Refuse(message, mail, outcomes);

        int[] accepted = [.. Enumerable.Range(0, asked).Where(index => outcomes[index].Status == SendStatus.Delivered)];
        if (accepted.Length == 0)
        {
            await EndWithoutRecipientsAsync(data);
            return new TransactionResult(outcomes, IsLostBeforeMail: false);
        }

        DeliveryReply end = _extensions.Chunking ? await SendChunksAsync(content, mayCommit) : await SendDataAsync(content, data, mayCommit);
        foreach (int index in accepted)
            outcomes[index] = OutcomeOf(end) with { ReportsItself = _extensions.Dsn };
        return new TransactionResult(outcomes, IsLostBeforeMail: false);
    }

    // What this server is known not to take is not worth a transaction.
    private DeliveryReply? Unsendable(OutboundMessage message)
    {
        if (_extensions.MaxBytes < message.SizeBytes)
            return DeliveryReply.Local("5.3.4", $"The message has {message.SizeBytes} bytes, {Server.Name} takes {_extensions.MaxBytes}");    // RFC 1870 §6.3
        if (message.IsUtf8 && !_extensions.Utf8)
            return DeliveryReply.Local("5.6.7", $"{Server.Name} takes no internationalized addresses or headers (SMTPUTF8)");                 // RFC 6531 §3.5
        return message.Is8Bit && !_extensions.EightBit
            ? DeliveryReply.Local("5.6.3", $"{Server.Name} takes no 8-bit content, and ours is not rewritten")                                 // RFC 6152 §3
            : null;
    }

    /// <summary>MAIL and RCPTs; marks accepted recipients as delivered for now. With pipelining DATA goes along, and its reply comes back too.</summary>
    private async Task<(DeliveryReply Mail, DeliveryReply? Data)> SendEnvelopeAsync(OutboundMessage message, int asked, RecipientOutcome[] outcomes)
    {
        bool isPipelined = _extensions.Pipelining;
        bool withReset = _needsReset;
        _needsReset = false;
        if (withReset)
            Write("RSET");
        if (withReset && !isPipelined)
            await ReadReplyAsync(_options.ReplyTimeout);
        Write(Commands.Mail(message, _extensions));
        for (int index = 0; isPipelined && index < asked; index++)
        {
            Write(Commands.Rcpt(message.Recipients[index], _extensions));
            await _wire.FlushIfFullAsync();
        }

        bool withData = isPipelined && !_extensions.Chunking;
        if (withData)
            Write("DATA");
        if (withReset && isPipelined)
            await ReadReplyAsync(_options.ReplyTimeout);
        DeliveryReply mail = await ReadReplyAsync(_options.ReplyTimeout);
        if (!mail.IsPositive && !isPipelined)
            return (mail, null);
        bool hasOthers = false;
        for (int index = 0; index < asked; index++)
        {
            if (!isPipelined)
                Write(Commands.Rcpt(message.Recipients[index], _extensions));
            DeliveryReply reply = await ReadReplyAsync(_options.ReplyTimeout);
            outcomes[index] = RecipientOutcomeOf(reply, hasOthers);
            hasOthers |= reply.IsPositive;
        }

        DeliveryReply? data = withData ? await ReadReplyAsync(_options.DataTimeout) : null;
        if (!mail.IsPositive && data is { Code: 354 })
            Lose(Malformed);                            // it would take commands for content
        return (mail, data);
    }

    // §4.5.3.1.10: 452 (and 552 of old servers) in the midst of recipients asks for the rest in another transaction.
    private RecipientOutcome RecipientOutcomeOf(DeliveryReply reply, bool hasOthers) => reply switch
    {
        { IsPositive: true } => Outcome(SendStatus.Delivered, reply),
        { Code: 452 or 552 } when hasOthers && reply.Status is "4.5.3" or "5.5.3" or "4.0.0" or "5.0.0" => Outcome(SendStatus.Untried, reply),
        { Code: 552 } => Outcome(SendStatus.Deferred, reply with { Status = "4" + reply.Status[1..] }),
        _ => OutcomeOf(reply),
    };

    // RFC 2920 §3.1: 354 although nobody is to get it; an empty message to nobody ends it.
    private async Task EndWithoutRecipientsAsync(DeliveryReply? data)
    {
        _needsReset = true;
        if (data is not { Code: 354 })
            return;
        Write(".");
        await ReadReplyAsync(_options.EndTimeout);
    }

    private TransactionResult Refuse(OutboundMessage message, DeliveryReply mail, RecipientOutcome[] outcomes)
    {
        _needsReset = true;
        bool isLost = mail.Code is 0 or 421;
        for (int index = 0; index < outcomes.Length; index++)
            outcomes[index] = OutcomeOf(mail);
        return new TransactionResult(outcomes, isLost);
    }

    private async Task<DeliveryReply> SendDataAsync(IOutboundContent content, DeliveryReply? data, Func<bool> mayCommit)
    {
        if (data is null)
        {
            Write("DATA");
            data = await ReadReplyAsync(_options.DataTimeout);
        }

        if (data.Code != 354)
        {
            _needsReset = true;
            return data.IsPositive ? Lose(Malformed) : data;
        }

        DotEncoder dots = default;
        LineEndGuard guard = default;
        ArrayBufferWriter<byte> mended = new();
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = await content.ReadAsync(block.AsMemory(0, BlockBytes), CancellationToken.None)) > 0;)
            {
                dots.Encode(guard.Pass(block.AsSpan(0, read), mended), _wire.Output);
                if (!await _wire.FlushIfFullAsync())
                    return Lose(Closed);
            }

            dots.Encode(guard.Rest, _wire.Output);
        }
        catch
        {
            Abort();                                    // half a message must not look like a whole one
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        if (!mayCommit())
            return Withdraw();
        dots.Finish(_wire.Output);
        return await ReadEndAsync();
    }

    // RFC 3030: a chunk a block, each waited for only where the server does not pipeline. The last one is known by reading one block ahead.
    private async Task<DeliveryReply> SendChunksAsync(IOutboundContent content, Func<bool> mayCommit)
    {
        LineEndGuard guard = default;
        ArrayBufferWriter<byte> mended = new();
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        byte[] next = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            int length = await FillAsync(content, block);
            while (true)
            {
                int ahead = length == BlockBytes ? await FillAsync(content, next) : 0;
                bool isLast = ahead == 0;
                if (isLast && !mayCommit())
                    return Withdraw();
                WriteChunk(guard.Pass(block.AsSpan(0, length), mended), isLast ? guard.Rest : default, isLast);
                if (isLast)
                    return await ReadEndAsync();
                DeliveryReply reply = await ReadReplyAsync(_options.BlockTimeout);
                if (!reply.IsPositive)
                {
                    _needsReset = true;
                    return reply;
                }

                (block, next) = (next, block);
                length = ahead;
            }
        }
        catch
        {
            Abort();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    private void WriteChunk(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> rest, bool isLast)
    {
        Write(string.Create(CultureInfo.InvariantCulture, $"BDAT {chunk.Length + rest.Length}{(isLast ? " LAST" : "")}"));
        _wire.Output.Write(chunk);
        _wire.Output.Write(rest);
    }

    private static async ValueTask<int> FillAsync(IOutboundContent content, byte[] block)
    {
        int length = 0;
        for (int read; length < BlockBytes && (read = await content.ReadAsync(block.AsMemory(length, BlockBytes - length), CancellationToken.None)) > 0;)
            length += read;
        return length;
    }

    private async Task<DeliveryReply> ReadEndAsync()
    {
        DeliveryReply end = await ReadReplyAsync(_options.EndTimeout);
        return end is { IsPositive: true, Code: not (>= 200 and < 300) } ? Lose(Malformed) : end;
    }

    private DeliveryReply Withdraw()
    {
        Abort();
        Lose(Closed);
        return Withdrawn;
    }

    private RecipientOutcome OutcomeOf(DeliveryReply reply) => Outcome(
        ReferenceEquals(reply, Withdrawn) ? SendStatus.Untried : reply.IsPositive ? SendStatus.Delivered : reply.IsPermanent ? SendStatus.Failed : SendStatus.Deferred, reply);

    private RecipientOutcome Outcome(SendStatus status, DeliveryReply reply) => new(status, reply, Server.ToString(), Tls);
}
