namespace Mailfleet.Queue.Scheduling;

/// <summary>
/// What this node has claimed and not yet tried, and whose turn it is: lanes by weight, tenants of a lane in turn, a tenant's destinations in turn. A lot whose
/// destination has no free slot is set aside at the destination and comes back when one is free, so nothing is looked at twice and nobody waits for another's
/// destination. Pure memory, no time but the clock's; one caller at a time.
/// </summary>
internal sealed class Schedule(QueueOptions options, TimeProvider clock)
{
    // Turns of a lane in a round: what people have just sent, then lists and what is tried again.
    private static readonly int[] Weights = [6, 2, 2];
    private const int Retries = 2;

    private readonly Dictionary<string, Site> _sites = [];
    private readonly Dictionary<(int Lane, long Customer), Tenant> _tenants = [];
    private readonly Queue<Tenant>[] _lines = [[], [], []];
    private readonly int[] _credit = [.. Weights];
    private int _inFlight;

    /// <summary>Recipients that wait here.</summary>
    public int Waiting { get; private set; }

    public int InFlight => _inFlight;

    public int SitesDown => _sites.Values.Count(site => site.IsDown);

    /// <summary>Takes a recipient in; null, or how long its destination is to be left alone, when it is down: then the recipient is not taken.</summary>
    public TimeSpan? Add(QueueEntry entry, string hop)
    {
        if (!_sites.TryGetValue(hop, out Site? site))
            _sites.Add(hop, site = new Site(hop, options, clock));
        if (site.IsDown)
            return site.TimeLeft;

        (int, long) key = (LaneOf(entry), entry.Message.Customer);
        if (!_tenants.TryGetValue(key, out Tenant? tenant))
            _tenants.Add(key, tenant = new Tenant(key.Item1, key.Item2));
        if (!tenant.Lots.TryGetValue(site, out Lot? lot))
        {
            tenant.Lots.Add(site, lot = new Lot(tenant, site));
            site.Lots.Add(lot);
            MakeReady(lot);
        }

        lot.Add(entry, options.RecipientsPerTransaction);
        Waiting++;
        return null;
    }

    /// <summary>The next transaction, or null when nothing can be done now. Its end is to be told.</summary>
    public Attempt? Take()
    {
        if (_inFlight >= options.Connections)
            return null;
        for (int round = 0; round < 2; round++)
        {
            for (int lane = 0; lane < _lines.Length; lane++)
            {
                if (_credit[lane] == 0 || TakeFrom(_lines[lane]) is not { } attempt)
                    continue;
                _credit[lane]--;
                return attempt;
            }

            Weights.CopyTo(_credit, 0);                 // lanes with turns left have nothing to send: the round is over
        }

        return null;
    }

    /// <summary>A transaction has ended. When its destination has gone down with it, everything that waited for it comes back, to wait as rows.</summary>
    public (IReadOnlyList<QueueEntry> SentBack, TimeSpan Wait) End(Attempt attempt, SiteHealth health)
    {
        _inFlight--;
        Site site = _sites[attempt.Hop];
        if (site.End(health))
            return (Clear(site), site.TimeLeft);
        for (int lane = 0, free = site.FreeSlots; lane < site.Parked.Length; lane++)
        {
            for (; free > 0 && site.Parked[lane].First is { } first; free--)
            {
                site.Parked[lane].RemoveFirst();
                MakeReady(first.Value);
            }
        }

        if (site.IsForgettable)
            _sites.Remove(site.Hop);
        return ([], TimeSpan.Zero);
    }

    /// <summary>Forgets everything that waits; what is under way is still to be ended.</summary>
    public void Clear()
    {
        foreach (Site site in _sites.Values.ToArray())
            Clear(site);
    }

    /// <summary>Takes single recipients out of line, wherever they wait. Returns those that were there.</summary>
    public IReadOnlyCollection<RecipientKey> Remove(HashSet<RecipientKey> keys)
    {
        List<RecipientKey> removed = [];
        if (keys.Count == 0)
            return removed;
        foreach (Site site in _sites.Values.ToArray())
        {
            IReadOnlyList<QueueEntry> all = Clear(site);
            removed.AddRange(all.Select(entry => entry.Key).Where(keys.Contains));
            foreach (QueueEntry entry in all.Where(entry => !keys.Contains(entry.Key)))
                Add(entry, site.Hop);
        }

        return removed;
    }

    /// <summary>Forgets destinations that were down long ago.</summary>
    public void Sweep()
    {
        foreach (Site site in _sites.Values.Where(site => site.IsStale || site.IsForgettable).ToArray())
            _sites.Remove(site.Hop);
    }

    private static int LaneOf(QueueEntry entry) => entry.Attempts > 0 ? Retries : entry.Lane == Lane.Lists ? 1 : 0;

    private Attempt? TakeFrom(Queue<Tenant> line)
    {
        while (line.TryDequeue(out Tenant? tenant))
        {
            tenant.IsInLine = false;
            while (tenant.Ready.TryDequeue(out Lot? lot))
            {
                if (lot.IsEmpty)
                    continue;                           // its destination went down and took all
                if (lot.Site.FreeSlots <= 0)
                {
                    lot.Site.Parked[tenant.Lane].AddLast(lot);
                    continue;
                }

                List<QueueEntry> group = lot.Take();
                Waiting -= group.Count;
                lot.Site.Begin();
                _inFlight++;

                // Behind all others that want the destination, not at the head of its own tenant's line.
                if (lot.IsEmpty)
                    Forget(lot);
                else if (lot.Site.FreeSlots <= 0)
                    lot.Site.Parked[tenant.Lane].AddLast(lot);
                else
                    tenant.Ready.Enqueue(lot);
                if (tenant.Ready.Count > 0)
                    Line(tenant);
                return new Attempt(lot.Site.Hop, group);
            }
        }

        return null;
    }

    private void MakeReady(Lot lot)
    {
        lot.Tenant.Ready.Enqueue(lot);
        Line(lot.Tenant);
    }

    private void Line(Tenant tenant)
    {
        if (tenant.IsInLine)
            return;
        tenant.IsInLine = true;
        _lines[tenant.Lane].Enqueue(tenant);
    }

    private List<QueueEntry> Clear(Site site)
    {
        List<QueueEntry> all = [];
        foreach (Lot lot in site.Lots.ToArray())
        {
            while (!lot.IsEmpty)
                all.AddRange(lot.Take());
            Forget(lot);
        }

        foreach (LinkedList<Lot> parked in site.Parked)
            parked.Clear();
        Waiting -= all.Count;
        return all;
    }

    private void Forget(Lot lot)
    {
        lot.Site.Lots.Remove(lot);
        lot.Tenant.Lots.Remove(lot.Site);
        if (lot.Tenant.Lots.Count == 0)
            _tenants.Remove((lot.Tenant.Lane, lot.Tenant.Customer));
    }
}
