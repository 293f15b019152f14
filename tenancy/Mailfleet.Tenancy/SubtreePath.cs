using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy;

/// <summary>Place in the reseller tree, from the root down: <c>res_…/res_…/</c>. Whoever stands at a path sees everything whose path begins with it.</summary>
public readonly record struct SubtreePath(string Value)
{
    public static SubtreePath Root { get; } = new($"{ResellerId.Root}/");

    public SubtreePath Child(ResellerId reseller) => new($"{Value}{reseller}/");

    public bool Contains(SubtreePath other) => other.Value.StartsWith(Value, StringComparison.Ordinal);

    public override string ToString() => Value;
}
