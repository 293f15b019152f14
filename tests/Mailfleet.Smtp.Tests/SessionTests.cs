using System.Text;
using Mailfleet.Testing.Transcripts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Smtp.Tests;

public sealed class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RefusesConnectionsAboveTheCapOfAnAddress()
    {
        using Sessions sessions = new();
        ConnectionHandler handler = sessions.Handler(SmtpService.Mx);
        MemoryConnection[] connections = [new(Sessions.Stranger), new(Sessions.Stranger), new(Sessions.Stranger)];
        Task[] tasks = [.. connections.Select(connection => handler.OnConnectedAsync(connection))];
        await tasks[2].WaitAsync(Patience);
        Assert.Equal("421 4.7.0 Too many connections, try again later\r\n", await TextAsync(connections[2]));
        await connections[0].Client.CompleteAsync();
        await tasks[0].WaitAsync(Patience);
        MemoryConnection next = new(Sessions.Stranger);
        Task nextTask = handler.OnConnectedAsync(next);
        Assert.StartsWith("220 ", Encoding.ASCII.GetString((await next.ReadLineAsync(CancellationToken.None))!), StringComparison.Ordinal);
        await next.Client.CompleteAsync();
        await connections[1].Client.CompleteAsync();
        await Task.WhenAll([nextTask, .. tasks]).WaitAsync(Patience);
    }

    [Fact]
    public async Task IdleSessionsTimeOut()
    {
        FakeTimeProvider clock = new();
        using Sessions sessions = new(clock);
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Mx).OnConnectedAsync(connection);
        await connection.Client.WriteAsync("NOOP\r\n"u8.ToArray());
        clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.False(session.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(0.2));
        await session.WaitAsync(Patience);
        Assert.EndsWith("\r\n421 4.4.2 Timed out, closing\r\n", await TextAsync(connection), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentThatStopsComingTimesOutAndIsForgotten()
    {
        FakeTimeProvider clock = new();
        using Sessions sessions = new(clock);
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Mx).OnConnectedAsync(connection);
        await connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\nhalf"u8.ToArray());
        Assert.Equal(1, sessions.Backend.OpenMessages);
        for (int i = 0; i < 60; i++)
            clock.Advance(TimeSpan.FromSeconds(1));
        await session.WaitAsync(Patience);
        Assert.EndsWith("421 4.4.2 Timed out, closing\r\n", await TextAsync(connection), StringComparison.Ordinal);
        Assert.Equal(0, sessions.Backend.OpenMessages);
        Assert.Empty(sessions.Backend.Stored);
    }

    [Fact]
    public async Task TheBackendSeesWhatTheTransactionSaid()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Mx).OnConnectedAsync(connection);
        await connection.Client.WriteAsync(Encoding.UTF8.GetBytes(
            "EHLO client.test\r\nMAIL FROM:<é@bücher.test> SMTPUTF8 BODY=8BITMIME SIZE=42 RET=HDRS ENVID=a+2Bb\r\n"
            + "RCPT TO:<alice@DEMO.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;al+2Bice@demo.test\r\nRCPT TO:<bob@demo.test> NOTIFY=NEVER\r\nRCPT TO:<carol@demo.test>\r\nDATA\r\n.\r\nQUIT\r\n"));
        await session.WaitAsync(Patience);
        SmtpTransaction transaction = Assert.Single(sessions.Backend.Transactions);
        Assert.Equal("<é@xn--bcher-kva.test>", transaction.From.ToString());
        Assert.Equal(new MailParameters { SizeBytes = 42, Is8Bit = true, SmtpUtf8 = true, Return = DsnReturn.Headers, EnvelopeId = "a+b" }, transaction.Parameters);
        Assert.Equal(["<alice@demo.test>", "<bob@demo.test>", "<carol@demo.test>"], transaction.Recipients.Select(static path => path.ToString()));
        Assert.Equal(
            [new RcptParameters { Notify = DsnNotify.Success | DsnNotify.Failure, OriginalRecipient = "rfc822;al+ice@demo.test" }, new RcptParameters { Notify = DsnNotify.Never }, RcptParameters.None],
            transaction.RecipientParameters);
        Assert.Equal("client.test", transaction.Client.Helo);
        Assert.True(transaction.Client.IsEsmtp);
        Assert.False(transaction.Client.IsTls);
        Assert.Equal(Sessions.Stranger, transaction.Client.Remote);
    }

    [Fact]
    public async Task AFaultOfTheBackendIsLoggedOnceWithoutContent()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Mx).OnConnectedAsync(connection);
        await connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\nbreak the disk\r\nand more\r\n.\r\nQUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        Assert.EndsWith(": The disk broke.", Assert.Single(sessions.Log.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatLeavesWhileTheBackendWorksIsNoFault()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        sessions.Backend.BeforeWrite = cancellationToken => Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
        Task session = sessions.Handler(SmtpService.Mx).OnConnectedAsync(connection);
        Task write = connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\nhalf\r\n"u8.ToArray()).AsTask();
        Assert.Equal(1, sessions.Backend.OpenMessages);
        connection.Abort(new ConnectionAbortedException());
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        Assert.Empty(sessions.Log.Faults);
        Assert.Equal(0, sessions.Backend.OpenMessages);
        Assert.Empty(sessions.Backend.Stored);
    }

    [Fact]
    public async Task RefusalOfALogInIsHeldBackAndWhatFollowsItWaits()
    {
        FakeTimeProvider clock = new();
        using Sessions sessions = new(clock);
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Submission, isTrusted: true).OnConnectedAsync(connection);
        Task write = connection.Client.WriteAsync(Encoding.ASCII.GetBytes($"EHLO c\r\nAUTH PLAIN {Plain("slow@demo.test", "guess")}\r\nNOOP\r\nQUIT\r\n")).AsTask();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(session.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        Assert.EndsWith("250 AUTH PLAIN LOGIN\r\n535 5.7.8 Authentication credentials invalid\r\n250 2.0.0 OK\r\n221 2.0.0 mx.test closing connection\r\n", await TextAsync(connection), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogInThatEndsClosesTheSession()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Submission, isTrusted: true).OnConnectedAsync(connection);
        await connection.Client.WriteAsync(Encoding.ASCII.GetBytes($"EHLO c\r\nAUTH PLAIN {Plain("alice@demo.test", "secret")}\r\n"));
        Assert.Single(sessions.Backend.Watched)();
        await session.WaitAsync(Patience);
        Assert.EndsWith("235 2.7.0 Authentication succeeded\r\n421 4.7.0 The account has changed and this log-in has ended, closing\r\n", await TextAsync(connection), StringComparison.Ordinal);
        Assert.Empty(sessions.Backend.Watched);
    }

    [Fact]
    public async Task LogInThatEndsInTheMiddleOfAMessageForgetsIt()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Submission, isTrusted: true).OnConnectedAsync(connection);
        await connection.Client.WriteAsync(Encoding.ASCII.GetBytes(
            $"EHLO c\r\nAUTH PLAIN {Plain("alice@demo.test", "secret")}\r\nMAIL FROM:<alice@demo.test>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\nhalf"));
        Assert.Equal(1, sessions.Backend.OpenMessages);
        Assert.Single(sessions.Backend.Watched)();
        await session.WaitAsync(Patience);
        Assert.EndsWith("421 4.7.0 The account has changed and this log-in has ended, closing\r\n", await TextAsync(connection), StringComparison.Ordinal);
        Assert.Empty(sessions.Backend.Stored);
        Assert.Equal(0, sessions.Backend.OpenMessages);
    }

    [Fact]
    public async Task SessionThatQuitsIsNoLongerWatched()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler(SmtpService.Submission, isTrusted: true).OnConnectedAsync(connection);
        await connection.Client.WriteAsync(Encoding.ASCII.GetBytes($"EHLO c\r\nAUTH PLAIN {Plain("alice@demo.test", "secret")}\r\n"));
        Assert.Single(sessions.Backend.Watched);
        await connection.Client.WriteAsync("QUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        Assert.Empty(sessions.Backend.Watched);
    }

    [Fact]
    public async Task NewConnectionsGetNewSettings()
    {
        using Sessions sessions = new();
        SmtpConnectionHandler handler = sessions.Handler(SmtpService.Mx);
        MemoryConnection before = new(Sessions.Stranger);
        MemoryConnection after = new(Sessions.Stranger);
        Task first = handler.OnConnectedAsync(before);
        handler.Options = handler.Options with { HostName = "new.test" };
        Task second = handler.OnConnectedAsync(after);
        await before.Client.WriteAsync("HELO c\r\nQUIT\r\n"u8.ToArray());
        await after.Client.WriteAsync("HELO c\r\nQUIT\r\n"u8.ToArray());
        await Task.WhenAll(first, second).WaitAsync(Patience);
        Assert.Contains("250 mx.test\r\n", await TextAsync(before), StringComparison.Ordinal);
        Assert.Contains("250 new.test\r\n", await TextAsync(after), StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(MemoryConnection connection) => Encoding.ASCII.GetString(await connection.ReadToEndAsync(CancellationToken.None));

    private static string Plain(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
}
