using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Mailfleet.Node.Options;

/// <summary>What a mail node needs to start. Keys of <c>mailfleet.json</c> have the same names in camelCase.</summary>
public sealed record NodeOptions
{
    /// <summary>Name the node gives in greetings, EHLO replies and Received fields.</summary>
    [Required]
    public string HostName { get; init; } = "";

    /// <summary>Name of this node in its cell; two nodes never share one. The listen address when empty.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Address to listen on.</summary>
    [Required]
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>What this node does: <c>mx</c>, <c>submission</c>, <c>pop3</c>, <c>queue</c>. All when empty.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    [ValidateObjectMembers]
    public NodePorts Ports { get; init; } = new();

    [ValidateObjectMembers]
    public CellOptions Cell { get; init; } = new();

    [ValidateObjectMembers]
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Addresses that may log in without TLS and are exempt from caps by address.</summary>
    public IReadOnlyList<string> Trusted { get; init; } = [];

    /// <summary>Address that mail for postmaster without a domain goes to; until it is set, or the host's own name is a domain of the cell, that mail is refused, because whoever reads it could have certificates issued for the host.</summary>
    public string Postmaster { get; init; } = "";

    /// <summary>Addresses and networks of proxies before this node: their connections begin with a PROXY header, version 2, and count as those of the peer it names. Who is listed is believed.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Where mail for some domains goes, whatever DNS says: <c>pattern</c> (a domain, <c>*.domain</c> for every name below it, or <c>*</c>; the most specific wins), <c>host</c>, <c>port</c>, <c>tls</c> (<c>none</c>, <c>opportunistic</c>, <c>required</c>).</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    public ResolverOptions Dns { get; init; } = new();

    [ValidateObjectMembers]
    public OutboundOptions Delivery { get; init; } = new();

    [ValidateObjectMembers]
    public LimitOptions Limits { get; init; } = new();

    [ValidateObjectMembers]
    public DirectorySettings Directory { get; init; } = new();

    [ValidateObjectMembers]
    public StoreSettings Store { get; init; } = new();

    [ValidateObjectMembers]
    public NodeSpoolOptions Spool { get; init; } = new();

    [ValidateObjectMembers]
    public TelemetryOptions Telemetry { get; init; } = new();
}
