using System.Net;

namespace Mailfleet.Directory;

/// <summary>Where a log-in comes from.</summary>
/// <param name="IsTrusted">One of our own front ends or this machine: many users share it, so failures are not held against the address.</param>
public readonly record struct LogInSource(IPAddress Address, bool IsTrusted);
