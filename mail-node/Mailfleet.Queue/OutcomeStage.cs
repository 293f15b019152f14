using System.Threading.Channels;
using Mailfleet.Queue.Rows;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Queue;

/// <summary>
/// Makes outcomes durable: everything that waits goes into one transaction, and while it commits the next one gathers. An outcome is never dropped; while the
/// database is away all wait, and whoever sends asks <see cref="IsBehind"/> first, because what is not committed is sent again after a crash.
/// </summary>
internal sealed partial class OutcomeStage : IAsyncDisposable
{
    private const int MostAtOnce = 2_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly OutcomeRows _rows;
    private readonly QueueOptions _options;
    private readonly Action<IReadOnlyList<Outcome>> _committed;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<Outcome> _waiting = Channel.CreateUnbounded<Outcome>(new() { SingleReader = true });
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Task _loop;
    private int _uncommitted;
    private volatile bool _isAway;

    /// <param name="committed">Told of each batch after its commit.</param>
    public OutcomeStage(OutcomeRows rows, QueueOptions options, Action<IReadOnlyList<Outcome>> committed, TimeProvider clock, ILogger log)
    {
        _rows = rows;
        _options = options;
        _committed = committed;
        _clock = clock;
        _log = log;
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    public bool IsBehind => _isAway || Volatile.Read(ref _uncommitted) >= _options.UncommittedOutcomes;

    public void Add(Outcome outcome)
    {
        Interlocked.Increment(ref _uncommitted);
        _waiting.Writer.TryWrite(outcome);
    }

    /// <summary>Returns when everything added before is committed.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _uncommitted) > 0)
            await Task.Delay(RetryDelay, _clock, cancellationToken);
    }

    /// <summary>Commits what is there; gives up when the token says so, and then its recipients are tried again by whoever takes them over.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await using CancellationTokenRegistration late = cancellationToken.Register(_givenUp.Cancel);
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _givenUp.CancelAsync();
        await _loop;
        _givenUp.Dispose();
    }

    private async Task RunAsync()
    {
        List<Outcome> batch = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MostAtOnce && _waiting.Reader.TryRead(out Outcome? outcome))
                batch.Add(outcome);
            if (!await TryCommitAsync(batch))
                return;
            Interlocked.Add(ref _uncommitted, -batch.Count);
            _committed(batch);
            batch = [];
        }
    }

    private async Task<bool> TryCommitAsync(List<Outcome> batch)
    {
        while (true)
        {
            try
            {
                await _rows.WriteAsync(batch, _givenUp.Token);
                if (_isAway)
                    LogBack();
                _isAway = false;
                return true;
            }
            catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
            {
                LogGivenUp(batch.Count);
                return false;
            }
            catch (Exception fault) when (fault is NpgsqlException or IOException or TimeoutException)
            {
                // Twice is harmless: what a commit of unclear end has done is not found again. Once an outage, not once a try.
                if (!_isAway)
                    LogAway(fault, batch.Count);
                _isAway = true;
            }

            try
            {
                await Task.Delay(RetryDelay, _clock, _givenUp.Token);
            }
            catch (OperationCanceledException)
            {
                LogGivenUp(batch.Count);
                return false;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not commit {Count} delivery outcomes; nothing more is sent until it does.")]
    private partial void LogAway(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database commits delivery outcomes again.")]
    private partial void LogBack();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} delivery outcomes could not be committed before the end; their messages may be sent again.")]
    private partial void LogGivenUp(int count);
}
