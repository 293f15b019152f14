using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Resellers;

/// <param name="Parent">Null for the operator's own node alone.</param>
public sealed record ResellerCreated(ResellerId Reseller, ResellerId? Parent, string Name, SubtreePath Path, DateTimeOffset At);

/// <summary>A node of the tree: the operator's own, or somebody who sells below it.</summary>
public sealed record Reseller(ResellerId Id, string Name, SubtreePath Path) : IEventSourced<Reseller>
{
    public static Reseller? Apply(Reseller? state, object change) => (state, change) switch
    {
        (null, ResellerCreated e) => new Reseller(e.Reseller, e.Name, e.Path),
        _ => state,
    };
}
