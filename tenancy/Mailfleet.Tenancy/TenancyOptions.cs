namespace Mailfleet.Tenancy;

/// <summary>What the control plane's tenancy needs to start.</summary>
public sealed record TenancyOptions
{
    /// <summary>Connection string of the control database.</summary>
    public required string ControlDatabase { get; init; }

    /// <summary>Cell databases by cell name, as the role of the cell door.</summary>
    public required IReadOnlyDictionary<string, string> CellDoors { get; init; }

    /// <summary>Own name of the host; free subdomains are below it.</summary>
    public required string HostName { get; init; }

    /// <summary>Directory of the sealing keys; made with mode 0700 when absent.</summary>
    public required string KeyDirectory { get; init; }

    /// <summary>Resolvers for domain proofs, <c>address:port</c>; the system's when empty. All of them must agree.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Creates and extends Marten's tables at start. Off in production, where a deployment step applies the printed script.</summary>
    public bool CreateSchema { get; init; } = true;

    /// <summary>How long an unproven name is held: long enough to reach whoever runs the company's DNS, short enough that an abandoned sign-up frees it.</summary>
    public TimeSpan ClaimLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Webhooks may lead to private addresses and by plain HTTP. For tests.</summary>
    public bool WebhooksAllowPrivate { get; init; }

    /// <summary>Mailbox size when none is asked for: what the trial plan gives.</summary>
    public long DefaultQuotaBytes { get; init; } = 10L * 1024 * 1024 * 1024;
}
