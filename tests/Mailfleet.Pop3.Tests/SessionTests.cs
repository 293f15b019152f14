using System.Text;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Pop3.Tests;

public sealed class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task CutsTheConnectionWhenAMessageBreaksInTheMiddle()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        await connection.Client.WriteAsync("USER broken@demo.test\r\nPASS secret\r\nRETR 1\r\nQUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        string output = Encoding.Latin1.GetString(await connection.ReadToEndAsync(CancellationToken.None));
        Assert.True(connection.IsAborted);
        Assert.DoesNotContain("\r\n.\r\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("closing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsAHundredThousandMessages()
    {
        using Sessions sessions = new();
        sessions.Backend.Own = new FakeMaildrop(new byte[100_000][]);
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        await connection.Client.WriteAsync("USER test@demo.test\r\nPASS secret\r\nSTAT\r\nUIDL\r\nLIST\r\nQUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        string[] lines = Encoding.ASCII.GetString(await connection.ReadToEndAsync(CancellationToken.None)).Split("\r\n");
        Assert.Equal("+OK 100000 1000000", lines[3]);
        Assert.Equal("100000 00005eed000186a0", lines[4 + 100_000]);
        Assert.Equal("100000 10", lines[^4]);
    }

    [Fact]
    public async Task RefusesConnectionsAboveTheCap()
    {
        using Sessions sessions = new();
        Pop3ConnectionHandler handler = sessions.Handler(isTrusted: false);
        MemoryConnection[] connections = [new(Sessions.Stranger), new(Sessions.Stranger), new(Sessions.Stranger)];
        Task[] tasks = [.. connections.Select(connection => handler.OnConnectedAsync(connection))];
        await tasks[2].WaitAsync(Patience);
        Assert.Equal("-ERR [SYS/TEMP] Too many connections, try again later\r\n", Encoding.ASCII.GetString(await connections[2].ReadToEndAsync(CancellationToken.None)));
        foreach (MemoryConnection connection in connections)
            await connection.Client.CompleteAsync();
        await Task.WhenAll(tasks).WaitAsync(Patience);
        Assert.Equal(0, sessions.Gate.Total);
    }

    [Fact]
    public async Task RefusalOfALogInIsHeldBack()
    {
        FakeTimeProvider clock = new();
        using Sessions sessions = new(clock);
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        Task write = connection.Client.WriteAsync("USER slow@demo.test\r\nPASS guess\r\nQUIT\r\n"u8.ToArray()).AsTask();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(session.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        Assert.EndsWith(
            "+OK Send the password\r\n-ERR [AUTH] Authentication credentials invalid\r\n+OK pop.test closing connection\r\n",
            Encoding.ASCII.GetString(await connection.ReadToEndAsync(CancellationToken.None)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogInThatEndsClosesTheSessionAndDeletesNothing()
    {
        using Sessions sessions = new();
        sessions.Backend.Own = new FakeMaildrop("a\r\n"u8.ToArray());
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        await connection.Client.WriteAsync("USER test@demo.test\r\nPASS secret\r\nDELE 1\r\n"u8.ToArray());
        Assert.Single(sessions.Backend.Watched)();
        await session.WaitAsync(Patience);
        Assert.EndsWith(
            "+OK Message deleted\r\n-ERR [AUTH] The account has changed and this log-in has ended, closing\r\n",
            Encoding.ASCII.GetString(await connection.ReadToEndAsync(CancellationToken.None)), StringComparison.Ordinal);
        Assert.Empty(sessions.Backend.Own.Deleted);
        Assert.Empty(sessions.Backend.Watched);
    }

    // The client must not take the part that it has for the whole.
    [Fact]
    public async Task LogInThatEndsInTheMiddleOfAMessageCutsTheConnectionOff()
    {
        using Sessions sessions = new();
        byte[] large = new byte[1_000_000];
        large.AsSpan().Fill((byte)'x');
        sessions.Backend.Own = new FakeMaildrop(large);
        MemoryConnection connection = new(Sessions.Stranger, replyBytes: 65_536);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        Task write = connection.Client.WriteAsync("USER test@demo.test\r\nPASS secret\r\nRETR 1\r\n"u8.ToArray()).AsTask();
        await Eventually.HoldsAsync(() => Task.FromResult(sessions.Backend.Watched.Count == 1), "the session is logged in");
        Assert.Single(sessions.Backend.Watched)();
        Task<byte[]> received = connection.ReadToEndAsync(CancellationToken.None);
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        Assert.True(connection.IsAborted);
        Assert.DoesNotContain("\r\n.\r\n", Encoding.Latin1.GetString(await received.WaitAsync(Patience)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TellsIdleSessionsThatTheHostStops()
    {
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        Task session = sessions.Handler().OnConnectedAsync(connection);
        await connection.ReadLineAsync(CancellationToken.None);
        connection.RequestClose();
        await session.WaitAsync(Patience);
        Assert.Equal("-ERR [SYS/TEMP] Service is shutting down, try again later\r\n", Encoding.ASCII.GetString(await connection.ReadToEndAsync(CancellationToken.None)));
    }
}
