using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Attack.Tests;

/// <summary>One message with masses of recipients, messages without end, and guessed recipients.</summary>
public sealed class MailBombs(AttackedMailfleet mailfleet)
{
    [Fact]
    public async Task MassesOfRecipientsAreRefusedAndOneBoxGetsOneCopy()
    {
        int before = await CountAsync();
        await using (SocketClient bomber = await BeginAsync("127.66.60.1"))
        {
            for (int i = 0; i < 100; i++)
                Assert.StartsWith("250 2.1.5", await bomber.AskAsync($"RCPT TO:<alice+{i}@demo.test>"), StringComparison.Ordinal);
            Assert.StartsWith("452 4.5.3", await bomber.AskAsync("RCPT TO:<alice+100@demo.test>"), StringComparison.Ordinal);
            Assert.StartsWith("354", await bomber.AskAsync("DATA"), StringComparison.Ordinal);
            Assert.StartsWith("250 2.0.0", await bomber.AskAsync("Subject: bomb\r\n\r\nboom\r\n."), StringComparison.Ordinal);
        }

        Assert.Equal(before + 1, await CountAsync());
    }

    [Fact]
    public async Task MessagesWithoutEndAreRefused()
    {
        await using SocketClient bomber = await BeginAsync("127.66.61.1");
        await bomber.AskAsync("RSET");
        int begun = 1;
        string? answer;
        while ((answer = await bomber.AskAsync("MAIL FROM:<>"))?.StartsWith("250", StringComparison.Ordinal) == true && begun <= AttackedMailfleet.MessagesPerAddress)
        {
            begun++;
            // RSET is junk; a recipient that is refused by a second sender's rule would be too. A message is what a bomber sends.
            await bomber.AskAsync("RCPT TO:<bob@demo.test>");
            await bomber.AskAsync("DATA");
            Assert.StartsWith("250 2.0.0", await bomber.AskAsync("Subject: bomb\r\n\r\nboom\r\n."), StringComparison.Ordinal);
        }

        Assert.StartsWith("451 4.7.1", answer, StringComparison.Ordinal);
        Assert.Equal(AttackedMailfleet.MessagesPerAddress, begun);
        await using SocketClient other = await BeginAsync("127.66.62.1");
    }

    [Fact]
    public async Task GuessedRecipientsAreSlowAndEndTheSession()
    {
        await using SocketClient guesser = await BeginAsync("127.66.63.1");
        await guesser.SendAsync(string.Concat(Enumerable.Range(0, 5).Select(i => $"RCPT TO:<guess{i}@demo.test>\r\n")));
        for (int i = 0; i < 5; i++)
            Assert.StartsWith("550 5.1.1", await guesser.ReadLineAsync(), StringComparison.Ordinal);

        // From here on each costs a second or two: the sixth is not answered while the connection is still fresh.
        Task<string?> sixth = guesser.AskAsync("RCPT TO:<guess6@demo.test>");
        await using SocketClient good = await BeginAsync("127.66.64.1");
        Assert.StartsWith("250 2.1.5", await good.AskAsync("RCPT TO:<alice@demo.test>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await sixth, StringComparison.Ordinal);
    }

    private async Task<SocketClient> BeginAsync(string from)
    {
        SocketClient? client = await AttackedMailfleet.GreetedAsync(mailfleet.Process.SmtpPort, from);
        Assert.NotNull(client);
        Assert.StartsWith("250", await client.AskAsync("EHLO robot.test"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.AskAsync("MAIL FROM:<>"), StringComparison.Ordinal);
        return client;
    }

    private async Task<int> CountAsync()
    {
        string? answer = await mailfleet.Pop3LogInAsync("127.0.0.1", "alice@demo.test", AttackedMailfleet.Password);
        Assert.StartsWith("+OK ", answer, StringComparison.Ordinal);
        return int.Parse(answer!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
