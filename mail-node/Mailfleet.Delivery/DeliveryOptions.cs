using Mailfleet.Delivery.Routing;

namespace Mailfleet.Delivery;

/// <summary>How mail goes out. Replaced whole by a reload; each default has its reason beside it.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The name given in EHLO.</summary>
    public required string HostName { get; init; }

    public RouteTable Routes { get; init; } = RouteTable.Empty;

    /// <summary>Port of servers found by DNS.</summary>
    public int Port { get; init; } = MailRoute.SmtpPort;

    /// <summary>Whether DNS may lead to private and loopback addresses. Off, or a stranger's MX record makes us talk to our own network.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Addresses of this host: an exchanger that has one of them is us.</summary>
    public IReadOnlyList<System.Net.IPEndPoint> OwnEndpoints { get; init; } = [];

    /// <summary>A host that does not answer a SYN within this does not answer; the next one is asked.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Five minutes for the greeting, and for each reply up to DATA (RFC 5321 §4.5.3.2.1 to .3).</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Two minutes for the reply to DATA (RFC 5321 §4.5.3.2.4).</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Three minutes for the server to take a block of content (RFC 5321 §4.5.3.2.5).</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Ten minutes for the reply to the end of the content: giving up early means a message twice (RFC 5321 §4.5.3.2.6).</summary>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A handshake is two round trips; slow lines need seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection waits for the next message. Servers hold it against clients that stay longer.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages over one connection: many servers close after a hundred, and new connections spread over a farm.</summary>
    public int MessagesPerConnection { get; init; } = 100;

    /// <summary>Exchangers of a domain that are looked at; a list without end is an attack on our resolver.</summary>
    public int MaxExchangers { get; init; } = 10;

    /// <summary>Addresses that one try goes through: each may cost a connect timeout.</summary>
    public int MaxAddresses { get; init; } = 5;
}
