using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mailfleet.Crash.Tests;

/// <summary>Alice of the demo tenant writes to people elsewhere.</summary>
internal static class Submission
{
    /// <summary>Sends so many messages, each to one recipient of its own, over some connections at once. All were accepted when it returns.</summary>
    public static Task SendAsync((string Host, int Port) server, int messages, int connections = 1, int routes = 1) => Task.WhenAll(Enumerable.Range(0, connections).Select(async own =>
    {
        using SmtpClient smtp = new();
        await smtp.ConnectAsync(server.Host, server.Port, SecureSocketOptions.None);
        await smtp.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
        for (int i = own; i < messages; i += connections)
        {
            using MimeMessage message = new([new MailboxAddress("", "alice@demo.test")], [new MailboxAddress("", Recipient(i, routes))], $"{i}", new TextPart("plain") { Text = "x" });
            await smtp.SendAsync(message);
        }

        await smtp.DisconnectAsync(quit: true);
    }));

    private static string Recipient(int number, int routes) => $"u{number}@d{number % 50}.r{number % routes}.remote.test";
}
