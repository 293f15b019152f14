namespace Mailfleet.Wire;

/// <summary>The one deadline of a connection; armed anew for each wait.</summary>
public sealed class Deadline : IDisposable
{
    private const long Never = long.MaxValue;

    private readonly DeadlineSweep _sweep;
    private readonly Action _expired;
    private long _dueAtSeconds = Never;

    internal Deadline(DeadlineSweep sweep, Action expired)
    {
        _sweep = sweep;
        _expired = expired;
    }

    internal int Index { get; set; }

    /// <summary>Fires once, at the earliest after <paramref name="wait"/>, at the latest two seconds later.</summary>
    public void Arm(TimeSpan wait) => Volatile.Write(ref _dueAtSeconds, _sweep.NowSeconds + (long)Math.Ceiling(wait.TotalSeconds) + 1);

    public void Disarm() => Volatile.Write(ref _dueAtSeconds, Never);

    public void Dispose() => _sweep.Remove(this);

    internal bool TakeIfDue(long nowSeconds)
    {
        long due = Volatile.Read(ref _dueAtSeconds);
        return due <= nowSeconds && Interlocked.CompareExchange(ref _dueAtSeconds, Never, due) == due;
    }

    internal void Expire() => _expired();
}
