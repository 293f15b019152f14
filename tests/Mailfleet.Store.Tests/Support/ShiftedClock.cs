namespace Mailfleet.Store.Tests.Support;

/// <summary>The system's clock with another date; timers are real.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
