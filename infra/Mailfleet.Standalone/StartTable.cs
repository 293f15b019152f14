using System.Globalization;
using Spectre.Console;

namespace Mailfleet.Standalone;

/// <summary>What a person needs to know after the start: where things are and how to log in.</summary>
internal static class StartTable
{
    public static void Print(DataDirectory directory, Ports ports, bool hasDemo)
    {
        // A log or a pipe has no width; there the table is as wide as it needs.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 200;

        Table addresses = new Table().RoundedBorder().AddColumns("Service", "Address", "Notes");
        addresses.AddRow("Portal, sign-up, log-in", HostSettings.Origin(ports.Api), "open it in a browser; /signup, /login");
        addresses.AddRow("GraphQL", $"{HostSettings.Origin(ports.Api)}/graphql", "Authorization: Bearer, token below; /graphiql");
        addresses.AddRow("REST", $"{HostSettings.Origin(ports.Api)}/v1", "the same token; /openapi.json");
        addresses.AddRow("Recurring jobs", $"{HostSettings.Origin(ports.Api)}/ops/jobs", "for operators");
        addresses.AddRow("SMTP (MX)", Local(ports.Smtp), "from other servers; STARTTLS");
        addresses.AddRow("Submission", $"{Local(ports.Submission)} / {ports.Submissions}", "STARTTLS / TLS, with log-in");
        addresses.AddRow("POP3", $"{Local(ports.Pop3)} / {ports.Pop3s}", "STLS / TLS");
        addresses.AddRow("Node health", $"{HostSettings.Origin(ports.NodeHttp)}/health/ready", "");
        addresses.AddRow("PostgreSQL", Local(ports.Postgres), "passwords in keys/");
        AnsiConsole.Write(addresses);

        Table logIns = new Table().RoundedBorder().AddColumns("Log-in", "Password or place");
        foreach (string logIn in hasDemo ? DemoTenant.LogIns : [])
            logIns.AddRow($"{logIn} (portal)", DemoTenant.Password);
        foreach (string mailbox in hasDemo ? DemoTenant.Addresses : [])
            logIns.AddRow(mailbox, DemoTenant.Password);
        logIns.AddRow("Operator token", Path.Combine(directory.Root, "operator-token").EscapeMarkup());
        logIns.AddRow("CA certificate", Path.Combine(directory.Tls, "ca.crt").EscapeMarkup());
        AnsiConsole.Write(logIns);
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
