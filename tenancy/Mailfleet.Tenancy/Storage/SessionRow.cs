using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Address">Where the log-in came from.</param>
/// <param name="UserAgent">What the browser calls itself, cut to a sane length.</param>
public sealed record SessionRow(SessionId Id, string Address, string UserAgent, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);
