namespace Mailfleet.Tenancy.Jobs;

/// <summary>Where a job stands. Names are stored and never change meaning.</summary>
public enum JobState
{
    /// <summary>Its rows have been looked at and nothing has been changed: this is the preview.</summary>
    Ready,

    Running,
    Paused,

    /// <summary>Every row is done or was refused.</summary>
    Done,

    /// <summary>Stopped for good; what was done before stays.</summary>
    Cancelled,

    /// <summary>Stopped for good, because whoever made it may not do this any longer.</summary>
    Failed,
}
