using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy;

/// <summary>
/// Place in the tree, from the root down: <c>res_…/res_…/cus_…/dom_…/</c>. Whoever stands at a path sees everything whose path begins with it.
/// </summary>
public readonly record struct SubtreePath(string Value)
{
    public static SubtreePath Root { get; } = new($"{ResellerId.Root}/");

    /// <summary>The nearest reseller: the place itself or what is above it.</summary>
    public ResellerId Reseller => Nearest<ResellerId>() ?? throw new InvalidOperationException($"'{Value}' has no root.");

    /// <summary>The node this place is: of a mailbox's, the domain it is in.</summary>
    public NodeId Node => Nearest<NodeId>() ?? throw new InvalidOperationException($"'{Value}' has no root.");

    /// <summary>The customer at or above this place, if it is that deep.</summary>
    public CustomerId? Customer => Nearest<CustomerId>();

    /// <summary>The ids of this place and all above it, from the root down.</summary>
    public IReadOnlyList<string> Lineage => Value.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public SubtreePath Child<TId>(TId id) where TId : struct, IPublicId<TId> => new($"{Value}{id.Value}/");

    public bool Contains(SubtreePath other) => other.Value.StartsWith(Value, StringComparison.Ordinal);

    public override string ToString() => Value;

    private TId? Nearest<TId>() where TId : struct, IPublicId<TId>
    {
        foreach (string part in Value.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            if (TId.TryParse(part, out TId id))
                return id;
        return null;
    }
}
