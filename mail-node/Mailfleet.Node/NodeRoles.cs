using Mailfleet.Node.Options;

namespace Mailfleet.Node;

/// <summary>What a node can do. Each role scales on its own; a node does all of them unless told otherwise.</summary>
public static class NodeRoles
{
    public const string Mx = "mx";
    public const string Submission = "submission";
    public const string Pop3 = "pop3";

    /// <summary>Sends what waits to leave the cell. A node without it accepts such mail all the same, for others to send.</summary>
    public const string Queue = "queue";

    /// <summary>No role named means all.</summary>
    public static bool Has(NodeOptions options, string role) => options.Roles.Count == 0 || options.Roles.Contains(role, StringComparer.Ordinal);

    public static IReadOnlyList<string> All { get; } = [Mx, Submission, Pop3, Queue];
}
