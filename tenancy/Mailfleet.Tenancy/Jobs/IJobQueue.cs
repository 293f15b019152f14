using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>Has slices of jobs run soon, by some process. A hint: what is to be run stands in the table.</summary>
public interface IJobQueue
{
    void Enqueue(JobId job);
}
