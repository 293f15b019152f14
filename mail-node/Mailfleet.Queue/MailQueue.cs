using Mailfleet.Cell.Nodes;
using Mailfleet.Queue.Reporting;
using Mailfleet.Queue.Rows;
using Mailfleet.Queue.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Queue;

/// <summary>
/// The queue of mail that leaves the cell, as one node works on it. Rows are the truth: this node holds those that carry its epoch, tries them in an order of its
/// own, and each leaves only with a durable outcome. After a crash another node takes them over; what was under way, or had an outcome that was not committed
/// yet, may then be sent twice, and nothing else.
/// </summary>
public sealed partial class MailQueue : IAsyncDisposable
{
    private readonly NodeLease _lease;
    private readonly IQueueTransport _transport;
    private readonly QueueOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ClaimRows _claims;
    private readonly TraceRows _trace;
    private readonly EnqueueWriter _writer;
    private readonly OutcomeStage _outcomes;
    private readonly ReportStage _reports;
    private readonly QueueHint _hint;
    private readonly CancellationTokenSource _stopClaiming = new();
    private readonly CancellationTokenSource _cutOff = new();
    private readonly Lock _gate = new();
    private readonly Schedule _schedule;
    private readonly HashSet<RecipientKey> _held = [];
    private TaskCompletionSource? _idle;
    private HashSet<RecipientKey> _suspects = [];
    private Task _claiming = Task.CompletedTask;
    private volatile bool _isRunning;
    private bool _isStopped;
    private int _knownLapses;

    public MailQueue(NpgsqlDataSource cell, NodeLease lease, IQueueTransport transport, IQueueReporter reporter, QueueOptions options, TimeProvider clock, ILogger<MailQueue> log)
    {
        _lease = lease;
        _transport = transport;
        _options = options;
        _clock = clock;
        _log = log;
        _claims = new ClaimRows(cell, lease.Node, clock);
        _trace = new TraceRows(cell);
        _writer = new EnqueueWriter(EpochForNew);
        _schedule = new Schedule(options, clock);
        OutcomeRows rows = new(cell, lease.Node.Epoch);
        _outcomes = new OutcomeStage(rows, options, OnCommitted, clock, log);
        _reports = new ReportStage(reporter, rows, OnReported, log);
        _hint = new QueueHint(cell, log);
    }

    /// <summary>Begins to claim and to send. Without it, what is accepted waits for another node.</summary>
    public void Start()
    {
        _isRunning = true;
        _claiming = Task.Run(() => ClaimAsync(_stopClaiming.Token), CancellationToken.None);
    }

    /// <summary>A message's way into the queue; goes to <see cref="Store.MailStore.DeliverAsync"/>.</summary>
    public QueuedMessage Prepare(QueuedEnvelope envelope)
    {
        ArgumentOutOfRangeException.ThrowIfZero(envelope.Recipients.Count);
        return new QueuedMessage(envelope, _writer);
    }

    /// <summary>To be called when the store has said Stored, and only then: it may leave at once.</summary>
    public void Accepted(QueuedMessage message)
    {
        QueueMetrics.HasAccepted(message.Envelope.Recipients.Count);
        if (message.Epoch == 0)
        {
            _hint.Give();
            return;
        }

        QueuedEnvelope envelope = message.Envelope;
        MessageFacts facts = new(
            message.Id, envelope.Customer, envelope.Mailbox, message.SizeBytes, message.Is8Bit, message.IsUtf8, envelope.MayReport, envelope.ReturnFull, envelope.EnvelopeId, _clock.GetUtcNow())
        {
            Place = message.Place,
        };
        long now = _clock.GetTimestamp();
        Hold([.. envelope.Recipients.Select((to, number) => new QueueEntry(
            new RecipientKey(message.Id, number), facts, envelope.Lane, to.State, to.Notify, 0, IsDelayReported: false, to.Address.ToString(), to.Address.Domain,
            to.From.Address?.ToString() ?? "", to.OriginalRecipient, to.LastReply, null, TimeSpan.Zero, now))]);
    }

    /// <summary>Drains: claims nothing more, gives what is under way some time, writes every outcome, gives the rest back.</summary>
    public async Task StopAsync()
    {
        _isRunning = false;
        Task idle;
        lock (_gate)
        {
            _isStopped = true;
            _schedule.Clear();
            idle = WhenIdle();
        }

        await _stopClaiming.CancelAsync();
        await _claiming;
        using CancellationTokenSource late = new(_options.DrainTimeout, _clock);
        await using (late.Token.Register(_cutOff.Cancel))
            await idle;
        using CancellationTokenSource patience = new(_options.DrainTimeout, _clock);
        await _outcomes.FinishAsync(patience.Token);
        await _reports.DisposeAsync();
        try
        {
            await _claims.ReleaseAllAsync(patience.Token);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
        {
            LogFault(fault);                            // they are taken over with the lease
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
            await StopAsync();
        await _outcomes.DisposeAsync();
        await _hint.DisposeAsync();
        _stopClaiming.Dispose();
        _cutOff.Dispose();
    }

    // A node that is full, or must not own anything, leaves its rows to anybody.
    private long EpochForNew()
    {
        if (!_isRunning || !_lease.IsHeld || _lease.Lapses != Volatile.Read(ref _knownLapses))
            return 0;
        lock (_gate)
            return _held.Count < _options.HeldRecipients ? _lease.Node.Epoch : 0;
    }

    private void Hold(IReadOnlyList<QueueEntry> entries)
    {
        List<Outcome> postponed = [];
        lock (_gate)
        {
            if (_isStopped)
                return;                                 // still this start's rows: given back with the rest
            foreach (QueueEntry entry in entries.Where(entry => _held.Add(entry.Key)))
            {
                if (entry.State != EntryState.Waiting)
                    _reports.Add(entry.State == EntryState.Delivered ? ReportKind.Relayed : ReportKind.Failed, entry);
                else if (_schedule.Add(entry, _transport.HopOf(entry.Domain)) is { } wait)
                    postponed.Add(Verdict.Postpone(entry, wait, _options, AgeOf(entry)));
            }
        }

        Write(postponed);
        Pump();
    }

    /// <summary>Starts all transactions that may start now.</summary>
    private void Pump()
    {
        while (true)
        {
            Attempt? attempt = null;
            lock (_gate)
            {
                if (!_isStopped && !_outcomes.IsBehind && _lease.IsHeld && _lease.Lapses == _knownLapses)
                    attempt = _schedule.Take();
            }

            if (attempt is null)
                return;
            int lapses = _knownLapses;
            _ = Task.Run(() => TryAsync(attempt, () => _lease.IsHeld && _lease.Lapses == lapses), CancellationToken.None);
        }
    }

    private async Task TryAsync(Attempt attempt, Func<bool> isOwner)
    {
        QueueMetrics.Began();
        AttemptResult result;
        try
        {
            result = isOwner() ? await _transport.TryAsync(attempt, isOwner, _cutOff.Token) : All(attempt, new AttemptOutcome(AttemptStatus.Untried, "4.3.2 This node no longer owns the message"));
        }
        catch (OperationCanceledException) when (_cutOff.IsCancellationRequested)
        {
            result = All(attempt, new AttemptOutcome(AttemptStatus.Deferred, "4.3.2 The transaction was cut off because this node is stopping"));
        }
        catch (Exception away) when (away is TimeoutException || (away is NpgsqlException and not PostgresException))
        {
            // The destination has done nothing; the outcomes' stage tells of the outage.
            result = All(attempt, new AttemptOutcome(AttemptStatus.Untried, "4.3.2 The cell's database is away"));
        }
        catch (Exception fault)
        {
            LogAttemptFault(fault, attempt.Message.Id);
            result = All(attempt, new AttemptOutcome(AttemptStatus.Deferred, "4.3.0 Local error"));
        }

        QueueMetrics.Ended();
        End(attempt, result);
        Pump();
    }

    private void End(Attempt attempt, AttemptResult result)
    {
        List<Outcome> outcomes = [];
        List<QueueEntry> again = [];
        bool wasHeard = result.Outcomes.Any(outcome => outcome.Status != AttemptStatus.Untried);
        for (int index = 0; index < attempt.Recipients.Count; index++)
        {
            QueueEntry entry = attempt.Recipients[index];
            AttemptOutcome outcome = result.Outcomes[index];

            // A server that takes fewer recipients at once gets the others right away.
            if (outcome.Status == AttemptStatus.Untried && wasHeard)
                again.Add(entry);
            else
                outcomes.Add(Verdict.Of(entry, outcome, _options, AgeOf(entry)));
        }

        lock (_gate)
        {
            (IReadOnlyList<QueueEntry> sentBack, TimeSpan wait) = _schedule.End(attempt, result.Health);
            outcomes.AddRange(sentBack.Select(entry => Verdict.Postpone(entry, wait, _options, AgeOf(entry))));
            foreach (QueueEntry entry in again)
            {
                if (!_isStopped && _schedule.Add(entry, attempt.Hop) is { } down)
                    outcomes.Add(Verdict.Postpone(entry, down, _options, AgeOf(entry)));
            }
        }

        Write(outcomes);
        lock (_gate)
        {
            if (_schedule.InFlight == 0)
                _idle?.TrySetResult();
        }
    }

    private void Write(List<Outcome> outcomes)
    {
        foreach (Outcome outcome in outcomes)
        {
            if (Verdict.IsLate(outcome, _options, AgeOf(outcome.Entry)))
                _reports.Add(ReportKind.Delayed, outcome.Entry with { LastReply = outcome.Reply, LastHost = outcome.Host });
            _outcomes.Add(outcome);
        }
    }

    private void OnCommitted(IReadOnlyList<Outcome> outcomes)
    {
        lock (_gate)
        {
            foreach (Outcome outcome in outcomes.Where(outcome => !outcome.KeepsOwner))
                _held.Remove(outcome.Entry.Key);
        }

        foreach (Outcome outcome in outcomes)
        {
            QueueMetrics.Committed(outcome.Kind);
            if (outcome.KeepsOwner)
            {
                QueueEntry told = outcome.Entry with { State = outcome.Next!.Value, LastReply = outcome.Reply, LastHost = outcome.Host };
                _reports.Add(outcome.Kind == OutcomeKind.Delivered ? ReportKind.Relayed : ReportKind.Failed, told);
            }
        }

        Pump();
    }

    private void OnReported(IReadOnlyList<QueueEntry> entries, TimeSpan retryAfter)
    {
        if (retryAfter > TimeSpan.Zero)
        {
            foreach (QueueEntry entry in entries)
                _outcomes.Add(Outcome.Again(entry, OutcomeKind.Postponed, new AttemptOutcome(AttemptStatus.Untried, entry.LastReply ?? ""), retryAfter));
            return;
        }

        lock (_gate)
            _held.ExceptWith(entries.Select(entry => entry.Key));
    }

    private TimeSpan AgeOf(QueueEntry entry) => entry.Age + _clock.GetElapsedTime(entry.ClaimedAt);

    // Under the gate.
    private Task WhenIdle()
    {
        if (_schedule.InFlight == 0)
            return Task.CompletedTask;
        _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _idle.Task;
    }

    private static AttemptResult All(Attempt attempt, AttemptOutcome outcome) => new([.. attempt.Recipients.Select(_ => outcome)], SiteHealth.Fine);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to send message {Message} met an unexpected fault; it is tried again later.")]
    private partial void LogAttemptFault(Exception fault, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue's rows could not be read or given back now.")]
    private partial void LogFault(Exception fault);
}
