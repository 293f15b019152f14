namespace Mailfleet.Tenancy.People;

/// <param name="Capacity">Charges that fit at once.</param>
/// <param name="LeakEvery">After so long, one charge has leaked away.</param>
internal sealed record BucketSize(double Capacity, TimeSpan LeakEvery);
