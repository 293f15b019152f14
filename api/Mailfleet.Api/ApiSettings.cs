using System.ComponentModel.DataAnnotations;
using Mailfleet.Hosting;
using Microsoft.Extensions.Options;

namespace Mailfleet.Api;

/// <summary>The settings of an api host as they stand in <c>mailfleet.json</c>: <c>hostName</c>, <c>dns.servers</c>, and <c>api.*</c>.</summary>
public sealed partial record ApiSettings
{
    /// <summary>Own name of the host; free subdomains are below it.</summary>
    [Required]
    public string HostName { get; init; } = "";

    public DnsSettings Dns { get; init; } = new();

    [ValidateObjectMembers]
    public ApiSection Api { get; init; } = new();

    /// <exception cref="StartException">A setting is missing or not valid; the message names each.</exception>
    public static ApiOptions From(IConfiguration settings, SettingsReader reader)
    {
        ApiSettings read = reader.Read<ApiSettings>(settings, "api");
        ValidateOptionsResult result = new Validator().Validate(name: null, read);
        if (result.Failed)
            throw new StartException($"The api's settings are not valid: {result.FailureMessage}");

        return new ApiOptions
        {
            ControlDatabase = read.Api.Database,
            CellDoors = read.Api.Cells,
            HostName = read.HostName,
            PublicOrigin = read.Api.PublicOrigin!,
            Listen = read.Api.Listen,
            KeyDirectory = read.Api.Keys,
            OperatorTokenSha256 = read.Api.OperatorTokenSha256,
            DnsServers = read.Dns.Servers,
            RequestsPerSecond = read.Api.RequestsPerSecond,
            Clients = new ClientSettings(
                read.Api.Clients.Server ?? read.HostName, read.Api.Clients.Submission, read.Api.Clients.Submissions,
                read.Api.Clients.Pop3, read.Api.Clients.Pop3s, read.Api.Clients.Imap, read.Api.Clients.Imaps),
        };
    }

    public sealed record DnsSettings
    {
        /// <summary>Resolvers for domain proofs, <c>address:port</c>; the system's when empty.</summary>
        public IReadOnlyList<string> Servers { get; init; } = [];
    }

    public sealed record ApiSection
    {
        /// <summary>Addresses to listen on: <c>http://127.0.0.1:8080</c>.</summary>
        [Required, MinLength(1)]
        public IReadOnlyList<string> Listen { get; init; } = [];

        /// <summary>Origin that links are made from, never the Host header: <c>http://localhost:8080</c>.</summary>
        [Required]
        public Uri? PublicOrigin { get; init; }

        /// <summary>Connection string of the control database as its owner.</summary>
        [Required]
        public string Database { get; init; } = "";

        /// <summary>Connection strings of the cell databases by cell name, as the role of the cell door.</summary>
        [Required, MinLength(1)]
        public IReadOnlyDictionary<string, string> Cells { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        /// <summary>Directory of the sealing keys (mode 0700).</summary>
        [Required]
        public string Keys { get; init; } = "";

        /// <summary>SHA-256 (64 hexadecimal digits) of the operator token.</summary>
        [Required, RegularExpression("^[0-9a-f]{64}$", MatchTimeoutInMilliseconds = 1000)]
        public string OperatorTokenSha256 { get; init; } = "";

        /// <summary>Requests a second that one token may send a host steadily; ten times as many at once. Beyond it the answer is 429.</summary>
        [Range(1, 100_000)]
        public double RequestsPerSecond { get; init; } = 200;

        public ClientSection Clients { get; init; } = new();
    }

    /// <summary>What people are told to type into their mail programs; the server is the host name unless named.</summary>
    public sealed record ClientSection
    {
        /// <summary>Name people type into their mail programs; the host name when absent.</summary>
        public string? Server { get; init; }

        /// <summary>Submission port that people are told; a service without a port is not shown.</summary>
        public int? Submission { get; init; }

        /// <summary>Submission port with TLS from the first byte.</summary>
        public int? Submissions { get; init; }

        /// <summary>POP3 port.</summary>
        public int? Pop3 { get; init; }

        /// <summary>POP3 port with TLS from the first byte.</summary>
        public int? Pop3s { get; init; }

        /// <summary>IMAP port.</summary>
        public int? Imap { get; init; }

        /// <summary>IMAP port with TLS from the first byte.</summary>
        public int? Imaps { get; init; }
    }

    [OptionsValidator]
    private sealed partial class Validator : IValidateOptions<ApiSettings>;
}
