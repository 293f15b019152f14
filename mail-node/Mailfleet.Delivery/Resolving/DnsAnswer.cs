namespace Mailfleet.Delivery.Resolving;

/// <param name="Records">Empty unless found.</param>
public sealed record DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records);
