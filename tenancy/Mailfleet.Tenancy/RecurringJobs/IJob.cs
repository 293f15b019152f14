namespace Mailfleet.Tenancy.RecurringJobs;

/// <summary>Work that recurs. It finds by itself what is due, so a run that was missed is made up by the next one and not multiplied.</summary>
public interface IJob
{
    /// <summary>Stored; never renamed.</summary>
    string Name { get; }

    /// <summary>How often it is looked whether there is something to do.</summary>
    TimeSpan Interval { get; }

    /// <summary>Does a part that takes seconds. Safe to repeat from any earlier cursor, late, and beside another that does the same.</summary>
    Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken);
}
