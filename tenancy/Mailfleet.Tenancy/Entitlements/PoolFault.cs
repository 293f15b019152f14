namespace Mailfleet.Tenancy.Entitlements;

/// <summary>A counter that does not say what is there.</summary>
public sealed record PoolFault(string Node, PoolKind Kind, long Used, long Counted);
