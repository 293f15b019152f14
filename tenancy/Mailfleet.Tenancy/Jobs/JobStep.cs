namespace Mailfleet.Tenancy.Jobs;

/// <summary>What can be asked of a job.</summary>
public enum JobStep
{
    /// <summary>Begin, or go on after a pause. By whoever made it alone: it runs with their rights.</summary>
    Start,

    Pause,
    Cancel,
}
