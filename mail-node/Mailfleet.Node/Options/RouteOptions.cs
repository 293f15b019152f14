namespace Mailfleet.Node.Options;

/// <summary>
/// A route: where mail for some domains goes, whatever DNS says. All texts: the binder drops an entry of a list in silence when one of its values is of
/// another type, and a route that is not there would send mail elsewhere.
/// </summary>
public sealed record RouteOptions
{
    /// <summary>A domain, <c>*.domain</c> for every name below it, or <c>*</c>.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Name or address of the server.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port.</summary>
    public string Port { get; init; } = "25";

    /// <summary><c>none</c>, <c>opportunistic</c> or <c>required</c>.</summary>
    public string Tls { get; init; } = "opportunistic";
}
