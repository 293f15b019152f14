using System.Text;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Smtp.Tests;

/// <summary>What a stranger may do before it is let in no more.</summary>
public sealed class StrangerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _clock = new();
    private readonly Sessions _sessions;
    private readonly MemoryConnection _connection = new(Sessions.Stranger);

    public StrangerTests() => _sessions = new Sessions(_clock);

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public async Task BannedPeerIsToldSoAndCostsNoPlace()
    {
        _sessions.Peers.IsBanned = true;
        await _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection).WaitAsync(Patience);
        Assert.Equal("421 4.7.0 Connections from your address are refused for a while\r\n", await TextAsync());
        Assert.Empty(_sessions.Peers.Ended);            // being refused is no further misdeed
        Assert.Equal(0, _sessions.Gate.Total);
    }

    [Fact]
    public async Task TrustedPeerIsNotAskedAbout()
    {
        _sessions.Peers.IsBanned = true;
        Task session = _sessions.Handler(SmtpService.Mx, isTrusted: true).OnConnectedAsync(_connection);
        await _connection.Client.WriteAsync("JUNK\r\nJUNK\r\nJUNK\r\nJUNK\r\nJUNK\r\nJUNK\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        Assert.Empty(_sessions.Peers.Ended);
    }

    [Fact]
    public async Task GreetingWaitsToSeeWhoDoesNot()
    {
        _sessions.GreetingDelay = TimeSpan.FromSeconds(5);
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        Task write = _connection.Client.WriteAsync("HELO robot.test\r\nJUNK\r\nJUNK\r\nJUNK\r\nJUNK\r\n"u8.ToArray()).AsTask();
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        string text = await TextAsync();
        Assert.StartsWith("220 ", text, StringComparison.Ordinal);
        Assert.EndsWith("421 4.7.0 Too many errors, closing\r\n", text, StringComparison.Ordinal);   // half of the errors are used up
        SessionTally tally = Assert.Single(_sessions.Peers.Ended);
        Assert.Equal(Offence.EarlyTalk + Offence.Dismissed, tally.Offences);
        Assert.False(tally.HasWaited);
    }

    [Fact]
    public async Task WhoWaitsIsGreetedAndRemembered()
    {
        _sessions.GreetingDelay = TimeSpan.FromSeconds(5);
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        Task<byte[]?> greeting = _connection.ReadLineAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(greeting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.StartsWith("220 ", Encoding.ASCII.GetString((await greeting.WaitAsync(Patience))!), StringComparison.Ordinal);
        await _connection.Client.WriteAsync("QUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        SessionTally tally = Assert.Single(_sessions.Peers.Ended);
        Assert.True(tally.HasWaited);
        Assert.Equal(0, tally.Offences);
    }

    [Fact]
    public async Task WhoHasWaitedBeforeIsGreetedAtOnce()
    {
        _sessions.GreetingDelay = TimeSpan.FromSeconds(5);
        _sessions.Peers.IsPatient = true;
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        Assert.StartsWith("220 ", Encoding.ASCII.GetString((await _connection.ReadLineAsync(CancellationToken.None).WaitAsync(Patience))!), StringComparison.Ordinal);
        await _connection.Client.WriteAsync("QUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
    }

    [Fact]
    public async Task GuessingRecipientsIsSlowAndSoonOver()
    {
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        await _connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@demo.test>\r\n"u8.ToArray());
        Task write = _connection.Client.WriteAsync("RCPT TO:<nobody@demo.test>\r\nRCPT TO:<alice@demo.test>\r\nRCPT TO:<nobody@demo.test>\r\nRCPT TO:<nobody@demo.test>\r\n"u8.ToArray()).AsTask();
        Assert.False(session.IsCompleted);
        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(session.IsCompleted);
            },
            "the guesser is sent away");
        await session;
        await write.WaitAsync(Patience);
        Assert.EndsWith(
            "250 2.1.0 Sender OK\r\n550 5.1.1 No such mailbox\r\n550 5.1.1 No such mailbox\r\n250 2.1.5 Recipient OK\r\n550 5.1.1 No such mailbox\r\n421 4.7.0 Too many unknown recipients, closing\r\n",
            await TextAsync(), StringComparison.Ordinal);
        Assert.Equal(4 * Offence.UnknownRecipient + Offence.Dismissed, Assert.Single(_sessions.Peers.Ended).Offences);
    }

    [Fact]
    public async Task OwnUserWithAnOldAddressBookIsNoAttacker()
    {
        Task session = _sessions.Handler(SmtpService.Submission, offersTls: false, isTrusted: true).OnConnectedAsync(_connection);
        string plain = Convert.ToBase64String(Encoding.ASCII.GetBytes("\0alice@demo.test\0secret"));
        await _connection.Client.WriteAsync(Encoding.ASCII.GetBytes($"EHLO c\r\nAUTH PLAIN {plain}\r\nMAIL FROM:<alice@demo.test>\r\n"
            + string.Concat(Enumerable.Repeat("RCPT TO:<nobody@demo.test>\r\n", 10)) + "QUIT\r\n"));
        await session.WaitAsync(Patience);
        Assert.EndsWith("221 2.0.0 mx.test closing connection\r\n", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmugglingAndFloodsAreMisdeeds()
    {
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        await _connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\na\n.\nMAIL FROM:<>\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        Assert.Equal(Offence.Dismissed, Assert.Single(_sessions.Peers.Ended).Offences);

        ConnectionHandler handler = _sessions.Handler(SmtpService.Mx);
        MemoryConnection[] connections = [new(Sessions.Stranger), new(Sessions.Stranger), new(Sessions.Stranger)];
        Task[] tasks = [.. connections.Select(connection => handler.OnConnectedAsync(connection))];
        await tasks[2].WaitAsync(Patience);
        Assert.Equal(Offence.TooManyConnections, _sessions.Peers.Ended[1].Offences);
        foreach (MemoryConnection connection in connections)
            await connection.Client.CompleteAsync();
        await Task.WhenAll(tasks).WaitAsync(Patience);
    }

    private async Task<string> TextAsync() => Encoding.ASCII.GetString(await _connection.ReadToEndAsync(CancellationToken.None));
}
