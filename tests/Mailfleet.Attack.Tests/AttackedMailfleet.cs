using System.Net;
using System.Text;
using Mailfleet.Attack.Tests;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

[assembly: AssemblyFixture(typeof(AttackedMailfleet))]
[assembly: CollectionBehavior(DisableTestParallelization = true)] // what one attacker does to all must not meet another test's good client

namespace Mailfleet.Attack.Tests;

/// <summary>
/// One standalone that is attacked from 127.66.0.0/16, each test from networks of its own. Limits are smaller than the defaults, so that an attack is over
/// in seconds; what they do is the same.
/// </summary>
public sealed class AttackedMailfleet : IAsyncLifetime
{
    public const int ConnectionsPerAddress = 20;
    public const int Connections = 150;
    public const int AccountFailures = 12;
    public const int MessagesPerAddress = 120;
    public const string Password = "mailfleet-demo";

    private const string Settings =
        """
        {
          "limits": {
            "connections": 150, "connectionsPerAddress": 20, "recipientsPerMessage": 100, "bytesPerSecond": 1000, "rateGraceSeconds": 2,
            "logIns": { "pairFailures": 4, "accountFailures": 12, "maxDelaySeconds": 2 },
            "defence": { "addressOffences": 40, "addressMessages": 120, "addressMessagesPerHour": 1 }
          }
        }
        """;

    public MailfleetProcess Process { get; private set; } = null!;

    // Where the users of the demo tenant always log in from: an attack on their accounts must not keep them out there, whichever test comes first.
    public async ValueTask InitializeAsync()
    {
        Process = await MailfleetProcess.UpAsync(settings: Settings);
        foreach (string user in (string[])["alice@demo.test", "bob@demo.test"])
            Assert.StartsWith("+OK", await Pop3LogInAsync("127.0.0.1", user, Password), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        int exitCode = await Process.StopAsync();
        string output = Process.Output;
        await Process.DisposeAsync();
        MailfleetProcess.Remove(Process.DataDirectory);
        if (exitCode != 0)
            throw new InvalidOperationException($"Mailfleet ended with {exitCode}:\n{output}");
    }

    /// <summary>A connection from that address that has read the greeting; null when the server refused it.</summary>
    public static async Task<SocketClient?> GreetedAsync(int port, string from)
    {
        SocketClient client = await SocketClient.ConnectAsync(port, IPAddress.Parse(from));
        string? greeting = await client.ReadLineOrResetAsync();
        if (greeting is not null && (greeting.StartsWith("220 ", StringComparison.Ordinal) || greeting.StartsWith("+OK", StringComparison.Ordinal)))
            return client;
        await client.DisposeAsync();
        return null;
    }

    /// <summary>A log-in by POP3 under TLS: the answer to it, or null when the connection was refused.</summary>
    public async Task<string?> Pop3LogInAsync(string from, string user, string password)
    {
        await using SocketClient? client = await GreetedAsync(Process.Pop3Port, from);
        if (client is null)
            return null;
        await client.AskAsync("STLS");
        await client.StartTlsAsync(anyCertificate: true);
        await client.AskAsync($"USER {user}");
        string? answer = await client.AskAsync($"PASS {password}");
        await client.AskAsync("QUIT");
        return answer;
    }

    /// <summary>A log-in at the submission port under TLS: the answer to it, or null when the connection was refused.</summary>
    public async Task<string?> SubmissionLogInAsync(string from, string user, string password)
    {
        await using SocketClient? client = await GreetedAsync(Process.SubmissionPort, from);
        if (client is null)
            return null;
        await client.AskAsync("EHLO client.test");
        await client.AskAsync("STARTTLS");
        await client.StartTlsAsync(anyCertificate: true);
        await client.AskAsync("EHLO client.test");
        string? answer = await client.AskAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}");
        await client.AskAsync("QUIT");
        return answer;
    }
}
