using System.ComponentModel.DataAnnotations;
using Mailfleet.Delivery.Routing;

namespace Mailfleet.Node.Options;

/// <summary>How mail goes out.</summary>
public sealed record OutboundOptions
{
    /// <summary>Port of servers found by DNS.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = MailRoute.SmtpPort;

    /// <summary>Whether DNS may lead to private and loopback addresses, as in tests. Off, or a stranger's MX record makes a node talk to its own network.</summary>
    public bool AllowPrivate { get; init; }
}
