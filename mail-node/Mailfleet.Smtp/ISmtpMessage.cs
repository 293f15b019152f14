namespace Mailfleet.Smtp;

/// <summary>The message on its way in. Disposing without <see cref="AcceptAsync"/> forgets it.</summary>
public interface ISmtpMessage : IAsyncDisposable
{
    /// <summary>Takes the next bytes of the content, dot-stuffing removed, every line ending CRLF. The memory is the caller's after the call.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Stores the message for all recipients. A positive reply means it survives a power cut. Not cancellable.</summary>
    ValueTask<SmtpReply> AcceptAsync();
}
