using System.Threading.Channels;
using Mailfleet.Queue.Rows;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Queue.Reporting;

/// <summary>
/// Tells senders: recipients of one message with one outcome that wait here together become one report. The rows behind them end in the transaction that
/// stores the report, so a crash at any moment leaves either both or neither.
/// </summary>
internal sealed partial class ReportStage : IAsyncDisposable
{
    private const int MostAtOnce = 1_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    private readonly IQueueReporter _reporter;
    private readonly OutcomeRows _rows;
    private readonly Action<IReadOnlyList<QueueEntry>, TimeSpan> _settled;
    private readonly ILogger _log;
    private readonly Channel<(ReportKind Kind, QueueEntry Entry)> _waiting = Channel.CreateUnbounded<(ReportKind, QueueEntry)>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="settled">Told when rows are done with; a time says that they are to be given back and tried again after it.</param>
    public ReportStage(IQueueReporter reporter, OutcomeRows rows, Action<IReadOnlyList<QueueEntry>, TimeSpan> settled, ILogger log)
    {
        _reporter = reporter;
        _rows = rows;
        _settled = settled;
        _log = log;
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    public void Add(ReportKind kind, QueueEntry entry) => _waiting.Writer.TryWrite((kind, entry));

    /// <summary>Stops after the report under way; what waits is reported by whoever takes its rows.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        List<(ReportKind Kind, QueueEntry Entry)> batch = [];
        while (!_stop.IsCancellationRequested && await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MostAtOnce && _waiting.Reader.TryRead(out (ReportKind, QueueEntry) item))
                batch.Add(item);
            foreach (IGrouping<(ReportKind, long, string), QueueEntry> group in batch.GroupBy(item => (item.Kind, item.Entry.Key.Message, item.Entry.From), item => item.Entry))
            {
                QueueEntry[] entries = [.. group];
                if (_stop.IsCancellationRequested)
                    return;
                await ReportAsync(new Report(group.Key.Item1, entries[0].Message, entries[0].From, entries));
            }

            batch.Clear();
        }
    }

    private async Task ReportAsync(Report report)
    {
        try
        {
            ReportResult result = await _reporter.ReportAsync(report, new Settlement(_rows, report), _stop.Token);
            if (result == ReportResult.Impossible && report.Kind != ReportKind.Delayed)
            {
                LogImpossible(report.Message.Id);
                await _rows.SettleAsync(report.Recipients, CancellationToken.None);
            }

            QueueMetrics.Reported(report.Kind, result);
            Settle(report, result == ReportResult.Later ? RetryDelay : TimeSpan.Zero);
        }
        catch (Exception fault)
        {
            // A message that no report can be written about must not stop the others.
            LogFault(fault, report.Message.Id);
            Settle(report, RetryDelay);
        }
    }

    // A delay is told beside the waiting, by rows that go their own way.
    private void Settle(Report report, TimeSpan retryAfter)
    {
        if (report.Kind != ReportKind.Delayed)
            _settled(report.Recipients, retryAfter);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The sender of message {Message} can take no report; what it would have said is in the trace.")]
    private partial void LogImpossible(long message);

    [LoggerMessage(Level = LogLevel.Error, Message = "A report about message {Message} could not be made; it is tried again.")]
    private partial void LogFault(Exception fault, long message);
}
