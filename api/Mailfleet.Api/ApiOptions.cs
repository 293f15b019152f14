namespace Mailfleet.Api;

/// <summary>What the api host needs to start.</summary>
public sealed record ApiOptions
{
    /// <summary>Control database.</summary>
    public required string ControlDatabase { get; init; }

    /// <summary>Cell databases by cell name, as the role of the cell door.</summary>
    public required IReadOnlyDictionary<string, string> CellDoors { get; init; }

    /// <summary>Own name of the host; free subdomains are below it.</summary>
    public required string HostName { get; init; }

    /// <summary>Origin that links are made from, never the Host header: <c>http://localhost:8080</c>.</summary>
    public required Uri PublicOrigin { get; init; }

    /// <summary>Addresses to listen on: <c>http://127.0.0.1:8080</c>.</summary>
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>Directory of the sealing keys (mode 0700).</summary>
    public required string KeyDirectory { get; init; }

    /// <summary>SHA-256 (hex) of the operator token.</summary>
    public required string OperatorTokenSha256 { get; init; }

    /// <summary>Resolvers for domain proofs, <c>address:port</c>; the system's when empty.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Requests a second that one token, or one person's browser, may send this host steadily; ten times as many at once.</summary>
    public double RequestsPerSecond { get; init; } = 200; // a program that makes mailboxes one by one needs 20; whoever needs more has bulk mutations

    /// <summary>Webhooks may lead to private addresses and by plain HTTP. For tests; no setting turns it on.</summary>
    public bool WebhooksAllowPrivate { get; init; }

    /// <summary>What the portal tells people to type into their mail program.</summary>
    public required ClientSettings Clients { get; init; }
}
