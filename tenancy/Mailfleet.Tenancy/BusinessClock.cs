namespace Mailfleet.Tenancy;

/// <summary>
/// The time that plans, stages and claims go by: the real one, and ahead of it where somebody tries out what only time brings (standalone's <c>clock</c>).
/// Timers run by the real one. Log-ins, second factors, leases and all of mail never see it.
/// </summary>
public sealed class BusinessClock(TimeProvider real) : TimeProvider
{
    private long _aheadTicks;

    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));
        internal set => Volatile.Write(ref _aheadTicks, value.Ticks);
    }

    /// <summary>The real time: how long a cell has been silent.</summary>
    internal DateTimeOffset RealNow => real.GetUtcNow();

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Ahead;

    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => real.CreateTimer(callback, state, dueTime, period);
}
