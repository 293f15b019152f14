namespace Mailfleet.Conventions.Tests;

/// <summary>Which project may know which: dependencies point one way. A new project is a new line here, so that somebody decides.</summary>
public static class ProjectMap
{
    private static readonly string[] Everything = ["*"];

    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["Mailfleet.Tenancy.Contracts"] = [],
        ["Mailfleet.Billing.Contracts"] = [],
        ["Mailfleet.Tenancy"] = ["Mailfleet.Tenancy.Contracts", "Mailfleet.Billing.Contracts", "Mailfleet.Cell", "Mailfleet.Files"],
        ["Mailfleet.Billing"] = ["Mailfleet.Billing.Contracts", "Mailfleet.Tenancy.Contracts", "Mailfleet.Cell"],
        ["Mailfleet.Api"] =
            ["Mailfleet.Tenancy", "Mailfleet.Billing", "Mailfleet.Tenancy.Contracts", "Mailfleet.Billing.Contracts", "Mailfleet.Cell", "Mailfleet.Hosting"],

        ["Mailfleet.Wire"] = [],
        ["Mailfleet.Message"] = [],
        ["Mailfleet.Smtp"] = ["Mailfleet.Wire", "Mailfleet.Message"],
        ["Mailfleet.Pop3"] = ["Mailfleet.Wire", "Mailfleet.Message"],
        ["Mailfleet.Imap"] = ["Mailfleet.Wire", "Mailfleet.Message"],
        ["Mailfleet.Jmap"] = ["Mailfleet.Wire", "Mailfleet.Message"],
        ["Mailfleet.Cell"] = [],
        ["Mailfleet.Store"] = ["Mailfleet.Cell", "Mailfleet.Message", "Mailfleet.Files"],
        ["Mailfleet.Directory"] = ["Mailfleet.Cell", "Mailfleet.Message", "Mailfleet.Wire"], // of Wire: what counts as one address
        ["Mailfleet.Filter"] = ["Mailfleet.Cell", "Mailfleet.Wire"],
        ["Mailfleet.Delivery"] = ["Mailfleet.Wire", "Mailfleet.Message"],
        ["Mailfleet.Queue"] = ["Mailfleet.Cell", "Mailfleet.Message", "Mailfleet.Store"], // its rows commit with the message's
        ["Mailfleet.Node"] =
        [
            "Mailfleet.Smtp", "Mailfleet.Pop3", "Mailfleet.Imap", "Mailfleet.Jmap", "Mailfleet.Wire", "Mailfleet.Message",
            "Mailfleet.Store", "Mailfleet.Queue", "Mailfleet.Delivery", "Mailfleet.Directory", "Mailfleet.Filter", "Mailfleet.Cell", "Mailfleet.Hosting",
        ],

        ["Mailfleet.Webmail"] = [],
        ["Mailfleet.Files"] = [], // durable files, for whoever writes some
        ["Mailfleet.Hosting"] = [], // what every host does the same way: for hosts alone
        ["Mailfleet.EmbeddedPostgres"] = ["Mailfleet.Hosting", "Mailfleet.Files"],
        ["Mailfleet.Bench"] = ["Mailfleet.Cell", "Mailfleet.Hosting"], // measures from the outside; the door makes its mailboxes
        ["Mailfleet.Standalone"] = Everything, // puts all hosts into one process
        ["Mailfleet.Testing"] = ["Mailfleet.EmbeddedPostgres", "Mailfleet.Cell"],
    };

    public static IReadOnlyCollection<string> Projects => Known.Keys;

    /// <summary>Null when the reference is allowed, else what is wrong with it.</summary>
    public static string? Fault(string project, string reference)
    {
        if (project.EndsWith(".Tests", StringComparison.Ordinal))
            return null; // tests see what they test
        if (reference.EndsWith(".Tests", StringComparison.Ordinal) || reference == "Mailfleet.Testing")
            return $"{project} must not reference the test project {reference}";
        if (!Known.TryGetValue(project, out string[]? allowed))
            return $"{project} is not in the project map";
        return allowed == Everything || allowed.Contains(reference) ? null : $"{project} must not reference {reference}";
    }
}
