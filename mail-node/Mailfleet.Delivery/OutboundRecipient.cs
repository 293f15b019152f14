using Mailfleet.Message;

namespace Mailfleet.Delivery;

/// <summary>A recipient, and what its sender asked for (RFC 3461).</summary>
/// <param name="Notify">NOTIFY= as it stands on the wire; null when nothing was asked for.</param>
/// <param name="OriginalRecipient">ORCPT= decoded, <c>type;address</c>; null when not given.</param>
public sealed record OutboundRecipient(MailAddress Address, string? Notify = null, string? OriginalRecipient = null);
