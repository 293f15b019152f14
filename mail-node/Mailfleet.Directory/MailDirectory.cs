using System.Diagnostics.CodeAnalysis;
using Mailfleet.Cell.Passwords;
using Mailfleet.Directory.Cache;
using Mailfleet.Directory.LogIns;
using Mailfleet.Directory.Snapshots;
using Mailfleet.Message;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Directory;

/// <summary>
/// Who is here and who may log in, as this node knows it. What was found is kept until a poll sees it change; what was not found is asked again each time.
/// While the cell's database is away, kept addresses still answer, log-ins do not.
/// </summary>
public sealed class MailDirectory
{
    private static readonly LogInResult NobodysPassword = new LogInResult.Rejected(TimeSpan.Zero);
    private const int SessionsAtOnce = 1_000; // a customer's change concerns all its users; one statement stays short

    private static readonly LogInResult Busy = new LogInResult.Busy();

    private readonly DirectoryRows _rows;
    private readonly string _hostName;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly DirectoryCache<Resolution> _addresses;
    private readonly RecentLogIns _logIns;
    private readonly LogInThrottle _throttle;
    private readonly CheckLine _checks;
    private readonly OpenSessions _sessions = new();
    private readonly Func<string, string, bool> _verify;
    private readonly string _nobody = PasswordHash.CreateUnmatchable();
    private readonly AddressSnapshots? _snapshots;
    private string? _lastLook;
    private volatile bool _isLost;

    public MailDirectory(NpgsqlDataSource cell, DirectoryOptions options, TimeProvider clock, ILogger<MailDirectory> logger)
        : this(cell, options, clock, logger, PasswordHash.Verify)
    {
    }

    internal MailDirectory(NpgsqlDataSource cell, DirectoryOptions options, TimeProvider clock, ILogger logger, Func<string, string, bool> verify)
    {
        options.Validate();
        _rows = new DirectoryRows(cell);
        _hostName = options.HostName;
        Options = options;
        _clock = clock;
        _logger = logger;
        _verify = verify;
        _addresses = new DirectoryCache<Resolution>(options.CachedEntries);
        _logIns = new RecentLogIns(options.CachedEntries, options.LogInLifetime, clock);
        _snapshots = options.SnapshotFile.Length == 0
            ? null
            : new AddressSnapshots(cell, options.SnapshotFile, options.SnapshotInterval, options.SnapshotMaxAge, clock, logger);
        _throttle = new LogInThrottle(options.LogIns, clock, logger);
        _checks = new CheckLine(options.ConcurrentChecks, options.WaitingChecks, options.LogIns.ChecksPerAddress, options.LogIns.ChecksPerNetwork);
    }

    /// <summary>What is in force.</summary>
    public DirectoryOptions Options { get; private set; }

    /// <summary>
    /// New options from now on; what is kept and counted stays. The host's name and the file on this node's disk are what a start gave them.
    /// </summary>
    public void Reload(DirectoryOptions options)
    {
        options.Validate();
        Options = options with { HostName = Options.HostName, SnapshotFile = Options.SnapshotFile };
        _addresses.Resize(options.CachedEntries);
        _logIns.Resize(options.CachedEntries);
        _logIns.Lifetime = options.LogInLifetime;
        _throttle.Reload(options.LogIns);
        _checks.Resize(options.ConcurrentChecks, options.WaitingChecks, options.LogIns.ChecksPerAddress, options.LogIns.ChecksPerNetwork);
        if (_snapshots is not null)
            _snapshots.Interval = options.SnapshotInterval;
    }

    /// <summary>Whether the last look at the cell's database succeeded.</summary>
    public bool IsCurrent => _lastLook is not null;

    /// <summary>Whether addresses can be told: by the cell's database, or by what is kept on this node's disk while that is away.</summary>
    public bool CanResolve => !_isLost || _snapshots?.Read() is not null;

    /// <summary>Where mail for the address goes. Throws when it is not known here and the cell's database cannot be read.</summary>
    public async ValueTask<Resolution> ResolveAsync(MailAddress address, CancellationToken cancellationToken)
    {
        AddressKey key = KeyOf(address);
        if (TryGetKept(key, out Resolution? kept))
            return kept;

        long asOf = _addresses.Generation;
        AddressWalk walk = new(_rows);
        Resolution resolution = await walk.RunAsync(key, cancellationToken);
        if (resolution is Resolution.Found)
            _addresses.Add(key, walk.Grounds, resolution, asOf);
        return resolution;
    }

    /// <summary>The language of reports to a customer's users: <c>en</c> or <c>zh</c>.</summary>
    public async Task<string> LanguageOfAsync(long customer, CancellationToken cancellationToken) => await _rows.FindLanguageAsync(customer, cancellationToken) ?? "en";

    /// <summary>
    /// The same for mail that is received and for nothing else: while the cell's database is away, the addresses on this node's disk answer, as of some
    /// minutes ago. One that is not among them may be new, so nobody is told that it does not exist.
    /// </summary>
    public async ValueTask<Resolution> ResolveForReceivingAsync(MailAddress address, CancellationToken cancellationToken)
    {
        if (_snapshots is null)
            return await ResolveAsync(address, cancellationToken);
        try
        {
            if (!_isLost)
                return await ResolveAsync(address, cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            _logger.LookedUpInSnapshot(fault);
        }

        AddressKey key = KeyOf(address);
        if (TryGetKept(key, out Resolution? kept))
            return kept;
        if (_snapshots.Read() is not { } snapshot)
            return new Resolution.Unknown();
        Resolution resolution = await new AddressWalk(snapshot).RunAsync(key, cancellationToken);
        return resolution is Resolution.NotLocal or Resolution.NoSuchMailbox ? new Resolution.Unknown() : resolution;
    }

    /// <summary>Writes the addresses of the cell to this node's disk when it is time to. Not to be called twice at once. A fault is logged.</summary>
    public Task KeepSnapshotAsync(CancellationToken cancellationToken) =>
        _snapshots is not null && IsCurrent ? _snapshots.KeepAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Checks a password. <paramref name="login"/> is the full address in any case, its domain in Unicode or A-labels. Throws when the cell's database cannot be read.</summary>
    public async Task<LogInResult> AuthenticateAsync(string login, string password, LogInSource source, CancellationToken cancellationToken)
    {
        if (!PasswordText.IsAcceptable(password))
            return NobodysPassword; // whoever asks

        AddressKey? address = AddressKey.TryParse(login);
        using LogInAttempt attempt = _throttle.Begin(source, address, password);
        if (attempt.IsRefused)
        {
            DirectoryMetrics.Judged("throttled");
            return new LogInResult.Throttled(attempt.Delay, attempt.IsKnown);
        }

        if (Recall(address, password, attempt) is { } recent)
            return recent;

        using CheckLine.Turn? turn = await _checks.EnterAsync(source, attempt.IsKnown, cancellationToken);
        if (turn is null)
        {
            DirectoryMetrics.Judged("busy");
            return Busy;
        }

        // A mail program opens several connections at once: while this one waited, another may have been found right.
        return Recall(address, password, attempt) ?? await CheckAsync(address, password, attempt, cancellationToken);
    }

    /// <summary>
    /// Calls <paramref name="ended"/> once, from a poll, when the log-in no longer stands; never after the result was disposed of. A quota or a name that
    /// changed ends nothing: rows that changed are read again and compared.
    /// </summary>
    public IDisposable Watch(LogInStanding standing, Action ended)
    {
        OpenSessions.Session session = _sessions.Add(standing, ended);
        if (!_logIns.IsCurrent(standing.Grounds, standing.AsOf))
            session.IsDoubtful = true;                  // the poll that saw the change did not see this session; the next one asks
        return session;
    }

    /// <summary>Looks what has changed and forgets exactly that. Not to be called twice at once. A failure is logged and answered with false.</summary>
    public async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        DirectoryLook look;
        using CancellationTokenSource late = new(Options.PollTimeout, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            look = await _rows.LookAsync(_lastLook, either.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Lose(fault);
            DirectoryMetrics.Polled(isDone: false);
            return false;
        }

        bool hasMissed = _lastLook is null;
        if (hasMissed || look.Addresses.Count > 0)
            _snapshots?.Note();
        if (hasMissed)
        {
            // The first look, or the first after a fault: this may be another server now, so nothing kept is worth more than a new read.
            _addresses.Clear();
            _logIns.Clear();
        }
        else
        {
            _addresses.Drop(look.Addresses);
            _logIns.Drop(look.LogIns);
        }

        try
        {
            await JudgeSessionsAsync(hasMissed ? null : look.LogIns, either.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Lose(fault);                                // the next look that succeeds asks for all of them
            DirectoryMetrics.Polled(isDone: false);
            return false;
        }

        _lastLook = look.Snapshot;
        if (_isLost)
        {
            _snapshots?.Forget();
            _logger.DirectoryFound();
        }

        _isLost = false;
        DirectoryMetrics.Polled(isDone: true);
        return true;
    }

    private async Task JudgeSessionsAsync(IReadOnlyCollection<RowKey>? changes, CancellationToken cancellationToken)
    {
        foreach (OpenSessions.Session[] some in _sessions.InDoubt(changes).Chunk(SessionsAtOnce))
        {
            AddressKey[] addresses = [.. some.Select(session => session.Standing.Address).Distinct()];
            IReadOnlyDictionary<AddressKey, CredentialRow> now = await _rows.FindCredentialsAsync(addresses, cancellationToken);
            foreach (OpenSessions.Session session in some)
            {
                session.IsDoubtful = false;
                if (!session.Standing.StandsBy(now.GetValueOrDefault(session.Standing.Address)))
                    session.End();
            }
        }
    }

    private LogInResult.Accepted? Recall(AddressKey? address, string password, LogInAttempt attempt)
    {
        long asOf = _logIns.Generation;
        if (address is not { } known || _logIns.Find(known, password) is not { } held)
            return null;
        DirectoryMetrics.Judged("recent");
        attempt.Succeed();
        return new LogInResult.Accepted(held.Mailbox, new LogInStanding(known, held, asOf));
    }

    private async Task<LogInResult> CheckAsync(AddressKey? address, string password, LogInAttempt attempt, CancellationToken cancellationToken)
    {
        long asOf = _logIns.Generation;
        CredentialRow? held = address is { } key ? (await _rows.FindCredentialsAsync([key], cancellationToken)).GetValueOrDefault(key) : null;

        // A stranger costs as much as a wrong password; otherwise time would tell who is here.
        bool matches = await Task.Run(() => _verify(password, held?.PasswordHash ?? _nobody), CancellationToken.None);
        DirectoryMetrics.Judged(held is not null && matches ? "accepted" : "rejected");
        if (held is null || !matches)
        {
            attempt.Fail();
            return new LogInResult.Rejected(attempt.Delay);
        }

        attempt.Succeed();
        if (!held.Mailbox.Standing.LogsIn)
            return new LogInResult.Closed(held.Mailbox.Standing); // told to whoever knows the password, and to nobody else

        _logIns.Add(address!.Value, held, password, asOf);
        return new LogInResult.Accepted(held.Mailbox, new LogInStanding(address.Value, held, asOf));
    }

    // RFC 5321 §4.5.1: <postmaster> alone is this host's.
    private AddressKey KeyOf(MailAddress address)
    {
        AddressKey key = AddressKey.Of(address);
        if (key.Domain.Length > 0)
            return key;
        return key.LocalPart == "postmaster" && AddressKey.TryParse(Options.Postmaster) is { } reader ? reader : key with { Domain = _hostName };
    }

    private bool TryGetKept(AddressKey key, [NotNullWhen(true)] out Resolution? kept)
    {
        bool isKnown = _addresses.TryGet(key, out kept);
        DirectoryMetrics.LookedUp(isKnown);
        return isKnown;
    }

    // A password change could pass unseen now, so log-ins ask the database; addresses stay, so that a short fault does not stop mail.
    private void Lose(Exception fault)
    {
        _lastLook = null;
        _logIns.Clear();
        if (!_isLost)
            _logger.DirectoryLost(fault);
        _isLost = true;
    }
}
