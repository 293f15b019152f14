using System.Net;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy.People;

namespace Mailfleet.Api.Security;

/// <summary>Where a request comes from, as log-ins count it and the audit keeps it.</summary>
internal static class Client
{
    private const int MaxUserAgentLength = 200; // enough to know one's own browser by

    public static ClientInfo Of(HttpContext context) => new(Address(context), SignUpRateLimit.Network(context.Connection.RemoteIpAddress), UserAgent(context));

    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        IPAddress address => address.ToString(),
    };

    private static string UserAgent(HttpContext context)
    {
        string text = context.Request.Headers.UserAgent.ToString();
        string printable = new([.. text.Where(c => c is >= ' ' and <= '~')]); // RFC 9110 §5.5; the rest could not be stored or shown
        return printable.Length > MaxUserAgentLength ? printable[..MaxUserAgentLength] : printable;
    }
}
