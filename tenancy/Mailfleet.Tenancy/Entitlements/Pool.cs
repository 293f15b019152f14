namespace Mailfleet.Tenancy.Entitlements;

/// <summary>A node's limit on what stands below it, and how much of it is taken.</summary>
/// <param name="Path">The node's place.</param>
/// <param name="PromisedPercent">How much of the limit may be promised; 100 promises nothing twice.</param>
public sealed record Pool(SubtreePath Path, PoolKind Kind, long Limit, int PromisedPercent, long Used)
{
    /// <summary>What may be promised to limited nodes below.</summary>
    public long Promisable => (long)Math.Min((decimal)Limit * PromisedPercent / 100, long.MaxValue);

    /// <summary>What <see cref="Used"/> may reach. Quotas are promises; a customer, a domain or a mailbox is there or not.</summary>
    public long Capacity => Kind == PoolKind.Bytes ? Promisable : Limit;

    public long Left => Math.Max(0, Capacity - Used);

    /// <summary>Giving back always works, also where a limit was lowered below what is there.</summary>
    public bool Takes(long amount) => amount <= 0 || amount <= Capacity - Used;
}
