using Mailfleet.Message;

namespace Mailfleet.Delivery;

/// <summary>A message and those of its recipients that go the same way.</summary>
public sealed record OutboundMessage(ReversePath From, IReadOnlyList<OutboundRecipient> Recipients, long SizeBytes)
{
    /// <summary>Opens the bytes anew for each try; null when they are gone.</summary>
    public required Func<CancellationToken, ValueTask<IOutboundContent?>> OpenAsync { get; init; }

    /// <summary>Some byte of the content is above 127.</summary>
    public bool Is8Bit { get; init; }

    /// <summary>The header or an address is not ASCII (RFC 6531).</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>ENVID=, decoded; printable ASCII.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET=; null when the sender left it open.</summary>
    public bool? ReturnFull { get; init; }
}
