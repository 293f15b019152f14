using System.Net;
using Mailfleet.Directory.LogIns;

namespace Mailfleet.Directory.Tests.LogIns;

public sealed class CheckLineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20); // only a failure takes that long

    private readonly CheckLine _line = new(running: 1, waiting: 6, perAddress: 2, perNetwork: 4);

    [Fact]
    public async Task AddressAndNetworkHaveAShareOfTheLine()
    {
        using CheckLine.Turn? first = await EnterAsync("192.0.2.1");
        Task<CheckLine.Turn?> second = EnterAsync("192.0.2.1");
        Assert.Null(await EnterAsync("192.0.2.1").WaitAsync(Limit));
        Task<CheckLine.Turn?> third = EnterAsync("192.0.2.2");
        Task<CheckLine.Turn?> fourth = EnterAsync("192.0.2.3");
        Assert.Null(await EnterAsync("192.0.2.4").WaitAsync(Limit));

        Task<CheckLine.Turn?> other = EnterAsync("198.51.100.1");
        first!.Dispose();
        foreach (Task<CheckLine.Turn?> waiting in (Task<CheckLine.Turn?>[])[second, third, fourth, other])
            (await waiting.WaitAsync(Limit))!.Dispose();

        // All shares are free again.
        using CheckLine.Turn? again = await EnterAsync("192.0.2.1").WaitAsync(Limit);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task ThoseWhoAreKnownGoFirstEvenWhenTheLineIsFull()
    {
        using CheckLine.Turn? running = await EnterAsync("192.0.2.1");
        List<Task<CheckLine.Turn?>> strangers = [.. Enumerable.Range(0, 6).Select(i => EnterAsync($"10.{i}.0.1"))];
        Assert.Null(await EnterAsync("10.200.0.1").WaitAsync(Limit));

        Task<CheckLine.Turn?> known = EnterAsync("198.51.100.1", isKnown: true);
        running!.Dispose();
        using CheckLine.Turn? turn = await known.WaitAsync(Limit);
        Assert.All(strangers, stranger => Assert.False(stranger.IsCompleted));
        turn!.Dispose();
        foreach (Task<CheckLine.Turn?> stranger in strangers)
            (await stranger.WaitAsync(Limit))!.Dispose();
    }

    [Fact]
    public async Task MoreTurnsAreGivenToThoseWhoWaitAndFewerOnesAsTheyEnd()
    {
        CheckLine.Turn? one = await EnterAsync("192.0.2.1");
        Task<CheckLine.Turn?> two = EnterAsync("198.51.100.1");
        Task<CheckLine.Turn?> three = EnterAsync("203.0.113.1");
        _line.Resize(running: 2, waiting: 6, perAddress: 2, perNetwork: 4);
        CheckLine.Turn? second = await two.WaitAsync(Limit);
        Assert.False(three.IsCompleted);

        _line.Resize(running: 1, waiting: 6, perAddress: 2, perNetwork: 4);
        one!.Dispose();
        Assert.False(three.IsCompleted);
        second!.Dispose();
        (await three.WaitAsync(Limit))!.Dispose();
    }

    [Fact]
    public async Task WhoLeavesTheLineGivesItsPlaceAndShareBack()
    {
        using CheckLine.Turn? running = await EnterAsync("192.0.2.1");
        using CancellationTokenSource gone = new();
        Task<CheckLine.Turn?> leaver = EnterAsync("192.0.2.1", cancellationToken: gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);

        Task<CheckLine.Turn?> next = EnterAsync("192.0.2.1");
        running!.Dispose();
        using CheckLine.Turn? turn = await next.WaitAsync(Limit);
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task TurnThatEndsTwiceEndsOnce()
    {
        CheckLine.Turn? turn = await EnterAsync("192.0.2.1");
        turn!.Dispose();
        turn.Dispose();
        using CheckLine.Turn? next = await EnterAsync("192.0.2.1");
        Task<CheckLine.Turn?> waiting = EnterAsync("192.0.2.2");
        Assert.False(waiting.IsCompleted);
        next!.Dispose();
        (await waiting.WaitAsync(Limit))!.Dispose();
    }

    private Task<CheckLine.Turn?> EnterAsync(string address, bool isKnown = false, CancellationToken cancellationToken = default) =>
        _line.EnterAsync(new LogInSource(IPAddress.Parse(address), IsTrusted: false), isKnown, cancellationToken).AsTask();
}
