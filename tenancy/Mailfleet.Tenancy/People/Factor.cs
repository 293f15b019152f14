namespace Mailfleet.Tenancy.People;

/// <summary>What a log-in proves, each with throttle buckets of its own.</summary>
internal enum Factor
{
    Password,
    Code,
}
