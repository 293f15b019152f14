using System.ComponentModel.DataAnnotations;
using Mailfleet.Hosting;
using Microsoft.Extensions.Options;

namespace Mailfleet.Api;

/// <summary>The settings of an api host as they stand in <c>mailfleet.json</c>: <c>hostName</c>, <c>dns.servers</c>, and <c>api.*</c>.</summary>
public sealed partial record ApiSettings
{
    [Required]
    public string HostName { get; init; } = "";

    public DnsSettings Dns { get; init; } = new();

    [ValidateObjectMembers]
    public ApiSection Api { get; init; } = new();

    /// <exception cref="StartException">A setting is missing or not valid; the message names each.</exception>
    public static ApiOptions From(IConfiguration settings)
    {
        ApiSettings read;
        try
        {
            read = settings.Get<ApiSettings>() ?? new ApiSettings();
        }
        catch (InvalidOperationException problem)
        {
            throw new StartException($"The api's settings are not valid: {problem.Message} {problem.InnerException?.Message}", problem);
        }

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
        [Required, MinLength(1)]
        public IReadOnlyList<string> Listen { get; init; } = [];

        [Required]
        public Uri? PublicOrigin { get; init; }

        [Required]
        public string Database { get; init; } = "";

        [Required, MinLength(1)]
        public IReadOnlyDictionary<string, string> Cells { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        [Required]
        public string Keys { get; init; } = "";

        [Required, RegularExpression("^[0-9a-f]{64}$", MatchTimeoutInMilliseconds = 1000)]
        public string OperatorTokenSha256 { get; init; } = "";

        public ClientSection Clients { get; init; } = new();
    }

    /// <summary>What people are told to type into their mail programs; the server is the host name unless named.</summary>
    public sealed record ClientSection
    {
        public string? Server { get; init; }

        public int? Submission { get; init; }

        public int? Submissions { get; init; }

        public int? Pop3 { get; init; }

        public int? Pop3s { get; init; }

        public int? Imap { get; init; }

        public int? Imaps { get; init; }
    }

    [OptionsValidator]
    private sealed partial class Validator : IValidateOptions<ApiSettings>;
}
