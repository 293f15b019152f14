using System.Globalization;

namespace Mailfleet.Delivery.Routing;

/// <summary>Where mail for some domains goes, whatever DNS says of them.</summary>
/// <param name="Pattern">A domain, <c>*.domain</c> for every name below it (not itself), or <c>*</c> for all others.</param>
/// <param name="Host">Name or address of the server; private addresses are allowed, since an operator wrote it down.</param>
public sealed record MailRoute(string Pattern, string Host, int Port = MailRoute.SmtpPort, TlsPolicy Tls = TlsPolicy.Opportunistic)
{
    public const int SmtpPort = 25;

    /// <summary>Names the hop: routes that lead to one server share its connections.</summary>
    public string Hop => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
