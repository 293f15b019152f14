namespace Mailfleet.Tenancy.People;

/// <summary>Where a log-in comes from.</summary>
/// <param name="Address">The client's address as text.</param>
/// <param name="Network">What is counted as one client: an IPv4 address or an IPv6 /64. Null for this machine itself, which is not limited.</param>
/// <param name="UserAgent">What the browser calls itself.</param>
public sealed record ClientInfo(string Address, string? Network, string UserAgent);
