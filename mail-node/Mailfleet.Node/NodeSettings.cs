using System.Net;
using Mailfleet.Hosting;
using Mailfleet.Message;
using Mailfleet.Node.Options;
using Mailfleet.Node.Outbound;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Options;

namespace Mailfleet.Node;

/// <summary>Reads and validates the settings of a node.</summary>
public static class NodeSettings
{
    /// <exception cref="StartException">A setting is missing, of the wrong type or out of range; the message names each.</exception>
    public static NodeOptions From(IConfiguration settings, SettingsReader reader)
    {
        NodeOptions options = reader.Read<NodeOptions>(settings, "node");
        ValidateOptionsResult result = new NodeOptionsValidator().Validate(name: null, options);
        IEnumerable<string> unreadable = options.Trusted.Prepend(options.Listen).Where(address => !IPAddress.TryParse(address, out _)).Select(address => $"'{address}' in listen or trusted is no IP address.");
        IEnumerable<string> unknown = options.Roles.Except(NodeRoles.All, StringComparer.Ordinal).Select(role => $"roles: there is no role '{role}'; there are {string.Join(", ", NodeRoles.All)}");
        IEnumerable<string> noPrefixes = options.Proxies.Where(proxy => NetworkPrefix.TryParse(proxy) is null).Select(proxy => $"proxies: '{proxy}' is neither an address nor a network like 192.0.2.0/24.");
        IEnumerable<string> noPostmaster = options.Postmaster.Length > 0 && MailAddress.Parse(options.Postmaster) is not { Domain.Length: > 0 } ? [$"postmaster: '{options.Postmaster}' is no address."] : [];
        IEnumerable<string> noCollector = options.Telemetry is { Otlp.Length: > 0, Collector: null } telemetry ? [$"telemetry.otlp: '{telemetry.Otlp}' is no http or https address."] : [];
        string[] failures = [.. result.Failures ?? [], .. unreadable, .. unknown, .. noPrefixes, .. noPostmaster, .. noCollector, .. OutboundSettings.FaultsOf(options)];
        return failures.Length == 0 ? options : throw new StartException($"The node's settings are not valid: {string.Join(" ", failures)}");
    }
}
