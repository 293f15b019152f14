using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>Time changes nothing until the hold is released.</summary>
public sealed record CustomerHeld(CustomerId Customer, string Reason, string By, DateTimeOffset At);
