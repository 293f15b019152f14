namespace Mailfleet.Cell.Nodes;

/// <summary>What a renewal found.</summary>
public enum LeaseRenewal
{
    Extended,

    /// <summary>It had run out before, by the database's clock; it runs again, but others may have taken what was owned under it.</summary>
    Lapsed,

    /// <summary>A newer start has the name.</summary>
    Lost,
}
