namespace Mailfleet.Tenancy.People;

/// <summary>How long a log-in lasts.</summary>
public static class SessionLimits
{
    /// <summary>From log-in to the next one, however busy: a stolen cookie ends with it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>Without a request: a working day with its lunch and its meetings.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>Between password and code: time to find the phone.</summary>
    public static readonly TimeSpan HalfLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How exactly being idle is known.</summary>
    public static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);
}
