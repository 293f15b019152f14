using Mailfleet.Directory.Cache;

namespace Mailfleet.Directory.LogIns;

/// <summary>Sessions that are logged in, and whom to tell when their log-in no longer stands.</summary>
internal sealed class OpenSessions
{
    private readonly Lock _lock = new();
    private readonly HashSet<Session> _sessions = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _sessions.Count;
        }
    }

    public Session Add(LogInStanding standing, Action ended)
    {
        Session session = new(this, standing, ended);
        lock (_lock)
            _sessions.Add(session);
        return session;
    }

    /// <summary>Those whose log-in may have ended: all, or those that stand on one of the changed rows or came while a change passed.</summary>
    public IReadOnlyList<Session> InDoubt(IReadOnlyCollection<RowKey>? changes)
    {
        lock (_lock)
        {
            return changes is { Count: 0 } && !_sessions.Any(session => session.IsDoubtful)
                ? []
                : [.. _sessions.Where(session => changes is null || session.IsDoubtful || session.Standing.Grounds.Any(changes.Contains))];
        }
    }

    internal sealed class Session(OpenSessions sessions, LogInStanding standing, Action ended) : IDisposable
    {
        public LogInStanding Standing => standing;

        /// <summary>A change passed between the reading of its rows and its coming here.</summary>
        public bool IsDoubtful { get; set; }

        /// <summary>Tells the session, unless it has gone.</summary>
        public void End()
        {
            if (Remove())
                ended();
        }

        public void Dispose() => Remove();

        private bool Remove()
        {
            lock (sessions._lock)
                return sessions._sessions.Remove(this);
        }
    }
}
