using System.Buffers;
using System.Net;
using System.Text;
using Mailfleet.Testing.Transcripts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Wire.Tests;

public sealed class WireConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _clock = new();
    private readonly DeadlineSweep _sweep;
    private readonly MemoryConnection _memory = new(new IPEndPoint(IPAddress.Loopback, 1));
    private readonly WireConnection _wire;

    public WireConnectionTests()
    {
        _sweep = new DeadlineSweep(_clock);
        _wire = new WireConnection(_memory, new WireOptions(), _sweep);
    }

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public async Task ALineThatDribblesInExpiresAsAWhole()
    {
        Task<LineRead> read = _wire.ReadLineAsync(100, Timeout).AsTask();
        for (int minute = 0; minute < 4; minute++)
        {
            await _memory.Client.WriteAsync("x"u8.ToArray());
            Advance(TimeSpan.FromMinutes(1));
        }
        Assert.False(read.IsCompleted);
        Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(LineStatus.Expired, (await read.WaitAsync(Patience)).Status);
    }

    [Fact]
    public async Task ALineInTimeDoesNotExpireLater()
    {
        Task<LineRead> read = _wire.ReadLineAsync(100, Timeout).AsTask();
        Advance(TimeSpan.FromMinutes(4));
        await _memory.Client.WriteAsync("NOOP\r\n"u8.ToArray());
        Assert.Equal("NOOP", Encoding.ASCII.GetString((await read.WaitAsync(Patience)).Line.Span));
        Advance(TimeSpan.FromHours(1));
        read = _wire.ReadLineAsync(100, Timeout).AsTask();
        await _memory.Client.WriteAsync("QUIT\r\n"u8.ToArray());
        Assert.Equal(LineStatus.Line, (await read.WaitAsync(Patience)).Status);
    }

    [Fact]
    public async Task HeldReplyWaitsForItsTimeWhateverThePeerSends()
    {
        _wire.Output.Write("before\r\n"u8);
        Task<bool> hold = _wire.HoldAsync(TimeSpan.FromSeconds(10)).AsTask();
        Assert.Equal("before", Encoding.ASCII.GetString((await _memory.ReadLineAsync(CancellationToken.None))!));
        Task more = _memory.Client.WriteAsync("impatient\r\n"u8.ToArray()).AsTask();
        Advance(TimeSpan.FromSeconds(9));
        Assert.False(hold.IsCompleted);
        Advance(TimeSpan.FromSeconds(3));
        Assert.True(await hold.WaitAsync(Patience));
        Assert.Equal("impatient", Encoding.ASCII.GetString((await _wire.ReadLineAsync(100, Timeout)).Line.Span));
        await more.WaitAsync(Patience);
    }

    [Fact]
    public async Task HeldReplyDoesNotOutliveItsConnection()
    {
        Task<bool> hold = _wire.HoldAsync(TimeSpan.FromHours(1)).AsTask();
        _memory.Abort(new ConnectionAbortedException());
        Assert.False(await hold.WaitAsync(Patience));
    }

    [Fact]
    public async Task HeldReplyLeavesWhenTheHostDrains()
    {
        Task<bool> hold = _wire.HoldAsync(TimeSpan.FromHours(1)).AsTask();
        _wire.Drain();
        Assert.True(await hold.WaitAsync(Patience));
        Assert.True(await _wire.HoldAsync(TimeSpan.FromHours(1)).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task RevokedPeerIsNotReadAnyMore()
    {
        Task<LineRead> read = _wire.ReadLineAsync(100, Timeout).AsTask();
        _wire.Revoke();
        Assert.Equal(LineStatus.Revoked, (await read.WaitAsync(Patience)).Status);
        Task more = _memory.Client.WriteAsync("RETR 1\r\n"u8.ToArray()).AsTask();
        Assert.Equal(LineStatus.Revoked, (await _wire.ReadLineAsync(100, Timeout).AsTask().WaitAsync(Patience)).Status);
        Assert.True(await _wire.HoldAsync(TimeSpan.FromHours(1)).AsTask().WaitAsync(Patience));
        await _wire.DisposeAsync();
        await more.WaitAsync(Patience);
    }

    [Fact]
    public async Task ContentOfARevokedPeerEndsInTheMiddle()
    {
        Task<BlockStatus> block = _wire.ReadDotBlockAsync(static (_, _) => ValueTask.FromResult(true), CancellationToken.None).AsTask();
        await _memory.Client.WriteAsync("half"u8.ToArray());
        _wire.Revoke();
        Assert.Equal(BlockStatus.Revoked, await block.WaitAsync(Patience));
    }

    [Fact]
    public async Task ContentBelowTheMinimumRateExpires()
    {
        Task<BlockStatus> block = _wire.ReadDotBlockAsync(static (_, _) => ValueTask.FromResult(true), CancellationToken.None).AsTask();
        int seconds = 0;
        for (; seconds < 120 && !block.IsCompleted; seconds += 5)
        {
            await _memory.Client.WriteAsync(new byte[5 * 100]);            // 100 B/s: 30 s of grace last for about 50 s
            Advance(TimeSpan.FromSeconds(5));
        }
        Assert.Equal(BlockStatus.Expired, await block.WaitAsync(Patience));
        Assert.InRange(seconds, 30, 70);
    }

    [Fact]
    public async Task ContentAboveTheMinimumRateMayTakeLong()
    {
        Task<BlockStatus> block = _wire.ReadDotBlockAsync(static (_, _) => ValueTask.FromResult(true), CancellationToken.None).AsTask();
        for (int seconds = 0; seconds < 3600; seconds += 5)
        {
            await _memory.Client.WriteAsync(new byte[5 * 300]);
            Advance(TimeSpan.FromSeconds(5));
            Assert.False(block.IsCompleted);
        }
        await _memory.Client.WriteAsync("\r\n.\r\n"u8.ToArray());
        Assert.Equal(BlockStatus.Complete, await block.WaitAsync(Patience));
    }

    [Fact]
    public async Task ASinkThatIsSlowCostsTheClientNothing()
    {
        TaskCompletionSource<bool> disk = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<BlockStatus> block = _wire.ReadDotBlockAsync((_, _) => new ValueTask<bool>(disk.Task), CancellationToken.None).AsTask();
        ValueTask<System.IO.Pipelines.FlushResult> write = _memory.Client.WriteAsync("a\r\n"u8.ToArray());
        Advance(TimeSpan.FromHours(1));
        disk.SetResult(true);
        await write.AsTask().WaitAsync(Patience);
        await _memory.Client.WriteAsync(".\r\n"u8.ToArray());
        Assert.Equal(BlockStatus.Complete, await block.WaitAsync(Patience));
    }

    [Fact]
    public async Task WhoTakesNoRepliesIsCutOff()
    {
        MemoryConnection full = new(new IPEndPoint(IPAddress.Loopback, 1), replyBytes: 100);
        WireConnection wire = new(full, new WireOptions(), _sweep);
        wire.Output.Write(new byte[5_000]);
        Task<bool> flush = wire.FlushAsync().AsTask();
        Advance(TimeSpan.FromSeconds(40));
        Assert.False(full.IsAborted);
        Advance(TimeSpan.FromSeconds(20));
        Assert.True(full.IsAborted);
        Assert.False(await flush.WaitAsync(Patience));
    }

    [Fact]
    public async Task ADrainEndsAWaitForALineButNotContent()
    {
        Task<BlockStatus> block = _wire.ReadDotBlockAsync(static (_, _) => ValueTask.FromResult(true), CancellationToken.None).AsTask();
        await _memory.Client.WriteAsync("a\r\n"u8.ToArray());
        _wire.Drain();
        Task<System.IO.Pipelines.FlushResult> write = _memory.Client.WriteAsync(".\r\nNOOP\r\n"u8.ToArray()).AsTask();
        Assert.Equal(BlockStatus.Complete, await block.WaitAsync(Patience));
        Assert.Equal(LineStatus.Line, (await _wire.ReadLineAsync(100, Timeout)).Status);
        await write.WaitAsync(Patience);
        Assert.Equal(LineStatus.Draining, (await _wire.ReadLineAsync(100, Timeout)).Status);
    }

    [Fact]
    public async Task ALiteralIsReadToItsLastByteAndNotBeyond()
    {
        Task<System.IO.Pipelines.FlushResult> write = _memory.Client.WriteAsync("12345NOOP\r\n"u8.ToArray()).AsTask();
        MemoryStream taken = new();
        Assert.Equal(BlockStatus.Complete, await _wire.ReadLiteralAsync(5, (piece, _) =>
        {
            taken.Write(piece.Span);
            return ValueTask.FromResult(true);
        }, CancellationToken.None));
        Assert.Equal("12345", Encoding.ASCII.GetString(taken.ToArray()));
        Assert.Equal("NOOP", Encoding.ASCII.GetString((await _wire.ReadLineAsync(100, Timeout)).Line.Span));
        await write.WaitAsync(Patience);
    }

    [Fact]
    public async Task RepliesLeaveTogetherOnceNoCommandWaits()
    {
        await Task.WhenAll(ServeAsync(), _memory.Client.WriteAsync("A\r\nB\r\nC\r\n"u8.ToArray()).AsTask()).WaitAsync(Patience);
        Assert.True(_memory.Server.TryRead(out System.IO.Pipelines.ReadResult result));
        Assert.Equal("+A+B+C", Encoding.ASCII.GetString(result.Buffer));

        async Task ServeAsync()
        {
            for (int i = 0; i < 3; i++)
            {
                LineRead read = await _wire.ReadLineAsync(100, Timeout);
                _wire.Output.Write([(byte)'+', .. read.Line.Span]);
                Assert.False(_memory.Server.TryRead(out _));
            }
            await _wire.FlushAsync();
        }
    }

    private void Advance(TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(1))
            _clock.Advance(TimeSpan.FromSeconds(Math.Min(1, time.TotalSeconds)));
    }
}
