using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

internal static class LifecycleRefusals
{
    public static Refusal Purged { get; } = new(ErrorCode.CustomerPurged, "customerId", "The customer has been purged; nothing of it is left to change.");
}
