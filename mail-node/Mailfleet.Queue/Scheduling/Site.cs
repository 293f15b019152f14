namespace Mailfleet.Queue.Scheduling;

/// <summary>
/// What is known of one destination. Its window is how many transactions it gets at one time: it grows while all goes well and shrinks when the destination asks
/// for less. When everything that was under way has failed to reach it, it is down: left alone for a while, then tried with a single transaction.
/// </summary>
internal sealed class Site(string hop, QueueOptions options, TimeProvider clock)
{
    private double _window = options.FirstWindow;
    private int _failures;
    private int _timesDown;
    private long _downSince;
    private TimeSpan _downFor;

    public string Hop { get; } = hop;

    public int InFlight { get; private set; }

    /// <summary>Lots with mail for it, those that wait for a slot among them.</summary>
    public HashSet<Lot> Lots { get; } = [];

    /// <summary>Lots that came when there was no slot, the oldest of each lane first.</summary>
    public LinkedList<Lot>[] Parked { get; } = [[], [], []];

    public bool IsDown => TimeLeft > TimeSpan.Zero;

    /// <summary>How long it is left alone yet.</summary>
    public TimeSpan TimeLeft => _downFor == TimeSpan.Zero ? TimeSpan.Zero : _downFor - clock.GetElapsedTime(_downSince);

    public int FreeSlots => IsDown ? 0 : (int)_window - InFlight;

    /// <summary>Nothing is to be remembered of it.</summary>
    public bool IsForgettable => InFlight == 0 && Lots.Count == 0 && !IsDown && _timesDown == 0;

    /// <summary>It was down long ago and nobody has asked since.</summary>
    public bool IsStale => InFlight == 0 && Lots.Count == 0 && TimeLeft < -options.DownForAtMost;

    public void Begin() => InFlight++;

    /// <summary>A transaction has ended. True when the destination has just gone down.</summary>
    public bool End(SiteHealth health)
    {
        InFlight--;
        switch (health)
        {
            case SiteHealth.Fine:
                _failures = _timesDown = 0;
                _downFor = TimeSpan.Zero;
                _window = Math.Min(options.LargestWindow, _window + (1 / _window));
                return false;
            case SiteHealth.Busy:
                _window = Math.Max(1, _window / 2);
                return false;
            default:
                if (IsDown)
                    return false;                       // one that began before says what is known
                _failures++;
                _window = Math.Max(1, _window / 2);
                if (_failures <= InFlight)
                    return false;                       // others are under way: they will tell
                GoDown();
                return true;
        }
    }

    private void GoDown()
    {
        _failures = 0;
        _window = 1;
        _downFor = TimeSpan.FromSeconds(Math.Min(options.DownForAtMost.TotalSeconds, options.DownFor.TotalSeconds * Math.Pow(2, Math.Min(_timesDown, 20))));
        _timesDown++;
        _downSince = clock.GetTimestamp();
    }
}
