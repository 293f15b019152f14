using Mailfleet.Node.Options;

namespace Mailfleet.Node;

/// <summary>What a node can do. Each role scales on its own; a node does all of them unless told otherwise.</summary>
public static class NodeRoles
{
    public const string Mx = "mx";
    public const string Submission = "submission";
    public const string Pop3 = "pop3";

    public static IReadOnlyList<string> All { get; } = [Mx, Submission, Pop3];

    /// <summary>Whether the node does it; one that names no role does all.</summary>
    internal static bool Has(NodeOptions options, string role) => options.Roles.Count == 0 || options.Roles.Contains(role, StringComparer.Ordinal);
}
