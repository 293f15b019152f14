namespace Mailfleet.Wire.Peers;

/// <param name="AtOnce">What a bucket holds.</param>
/// <param name="PerHour">What leaks out of it.</param>
public readonly record struct BucketLimit(int AtOnce, int PerHour);
