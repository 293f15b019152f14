namespace Mailfleet.Tenancy.Storage;

/// <summary>How a list is sorted. What is equal in a name is sorted by age.</summary>
public enum ListOrder
{
    /// <summary>Oldest first.</summary>
    CreatedAt,

    /// <summary>Newest first.</summary>
    CreatedAtDesc,

    /// <summary>By name, address or log-in, compared by bytes.</summary>
    Name,

    NameDesc,
}
