using Mailfleet.Testing;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MimeKit;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Any node of a cell serves any mailbox of it.</summary>
public sealed class TwoNodes(RunningMailfleet mailfleet)
{
    [Fact]
    public async Task WhatOneNodeTookTheOtherShows()
    {
        await using MailfleetProcess second = await mailfleet.Process.JoinAsync("127.0.0.2");
        string id = Guid.NewGuid().ToString("N");

        using (SmtpClient smtp = new())
        {
            await smtp.ConnectAsync("127.0.0.2", mailfleet.Process.SmtpPort, MailKit.Security.SecureSocketOptions.None);
            using MimeMessage message = new(new[] { new MailboxAddress("", "friend@elsewhere.test") }, [new MailboxAddress("", "alice@demo.test")], id, new TextPart("plain") { Text = "hello" });
            await smtp.SendAsync(message);
            await smtp.DisconnectAsync(quit: true);
        }

        using Pop3Client pop3 = new();
        await pop3.ConnectAsync("127.0.0.1", mailfleet.Process.Pop3Port, MailKit.Security.SecureSocketOptions.None);
        await pop3.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
        List<string> subjects = [];
        for (int index = 0; index < pop3.Count; index++)
            subjects.Add((await pop3.GetMessageHeadersAsync(index))[HeaderId.Subject] ?? "");
        await pop3.DisconnectAsync(quit: true);
        Assert.Single(subjects, id);
        Assert.Equal(0, await second.StopAsync());
    }
}
