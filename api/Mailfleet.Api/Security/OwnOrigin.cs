using System.Net;

namespace Mailfleet.Api.Security;

/// <summary>Whether a browser's request comes from a page of this host. Ports count: other services of this machine have other ports, and cookies ignore them.</summary>
internal sealed class OwnOrigin(ApiOptions options)
{
    /// <summary>True when the request names our origin, and no other beside it.</summary>
    public bool IsNamedBy(HttpContext context) =>
        context.Request.Headers.Origin is [{ } text]
        && Uri.TryCreate(text, UriKind.Absolute, out Uri? origin)
        && (IsSame(origin, options.PublicOrigin) || IsThisListener(origin, context));

    private static bool IsSame(Uri left, Uri right) => left.Scheme == right.Scheme && left.Host == right.Host && left.Port == right.Port;

    // Standalone is opened as localhost or as 127.0.0.1, whichever the visitor types.
    private static bool IsThisListener(Uri origin, HttpContext context) =>
        context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && origin.IsLoopback && origin.Scheme == context.Request.Scheme && origin.Port == context.Connection.LocalPort;
}
