using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mailfleet.Files;
using Mailfleet.Hosting;

namespace Mailfleet.Standalone;

/// <summary>Writes the settings that this start gives its hosts: the same files that a host of its own would be started with.</summary>
internal sealed class HostSettings(DataDirectory directory, Databases databases, Certificates certificates, Ports ports)
{
    public const string HostName = "mailfleet.test";
    public const string Cell = "cell1";

    public static string Origin(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");

    public void Write(string operatorToken)
    {
        OwnerOnlyFile.Write(directory.NodeSettingsFile, Node().ToJsonString(Indented));
        OwnerOnlyFile.Write(directory.ApiSettingsFile, Api(operatorToken).ToJsonString(Indented));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private JsonObject Node() => new()
    {
        ["hostName"] = HostName,
        ["listen"] = "127.0.0.1",
        ["trusted"] = new JsonArray("127.0.0.1"),
        ["ports"] = new JsonObject
        {
            ["smtp"] = ports.Smtp,
            ["submission"] = ports.Submission,
            ["submissions"] = ports.Submissions,
            ["pop3"] = ports.Pop3,
            ["pop3s"] = ports.Pop3s,
            ["http"] = ports.NodeHttp,
        },
        ["cell"] = new JsonObject { ["database"] = databases.Cell, ["segments"] = directory.Segments },
        ["tls"] = new JsonObject { ["certificate"] = certificates.ServerFile, ["key"] = certificates.ServerKeyFile },
    };

    private JsonObject Api(string operatorToken) => new()
    {
        ["hostName"] = HostName,
        ["api"] = new JsonObject
        {
            ["listen"] = new JsonArray(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports.Api}")),
            ["publicOrigin"] = Origin(ports.Api),
            ["database"] = databases.Control,
            ["cells"] = new JsonObject { [Cell] = databases.Door },
            ["keys"] = directory.Keys,
            ["operatorTokenSha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(operatorToken))),
            ["clients"] = new JsonObject
            {
                ["server"] = "localhost",
                ["submission"] = ports.Submission,
                ["submissions"] = ports.Submissions,
                ["pop3"] = ports.Pop3,
                ["pop3s"] = ports.Pop3s,
            },
        },
    };
}
