using System.Net;
using Mailfleet.Hosting;
using Mailfleet.Node.Options;
using Mailfleet.Node.Outbound;
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
        string[] failures = [.. result.Failures ?? [], .. unreadable, .. unknown, .. OutboundSettings.FaultsOf(options)];
        return failures.Length == 0 ? options : throw new StartException($"The node's settings are not valid: {string.Join(" ", failures)}");
    }
}
