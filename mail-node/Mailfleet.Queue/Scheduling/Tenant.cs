namespace Mailfleet.Queue.Scheduling;

/// <summary>One tenant's mail in one lane.</summary>
internal sealed class Tenant(int lane, long customer)
{
    public int Lane { get; } = lane;

    public long Customer { get; } = customer;

    public Dictionary<Site, Lot> Lots { get; } = [];

    /// <summary>Lots that may have a free slot, in turn. A lot is either here or parked at its site.</summary>
    public Queue<Lot> Ready { get; } = [];

    /// <summary>Whether it stands in its lane's line.</summary>
    public bool IsInLine { get; set; }
}
