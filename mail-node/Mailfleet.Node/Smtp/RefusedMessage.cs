using Mailfleet.Smtp;

namespace Mailfleet.Node.Smtp;

/// <summary>A message whose fate is known before its first byte: it is read to its end and answered.</summary>
internal sealed class RefusedMessage(SmtpReply reply) : ISmtpMessage
{
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<SmtpReply> AcceptAsync() => ValueTask.FromResult(reply);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
