using Mailfleet.Delivery.Routing;

namespace Mailfleet.Node.Options;

/// <summary>A route: where mail for some domains goes, whatever DNS says.</summary>
public sealed record RouteOptions
{
    /// <summary>A domain, <c>*.domain</c> for every name below it, or <c>*</c>.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Name or address of the server.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; init; } = MailRoute.SmtpPort;

    /// <summary><c>none</c>, <c>opportunistic</c> or <c>required</c>.</summary>
    public TlsPolicy Tls { get; init; } = TlsPolicy.Opportunistic;
}
