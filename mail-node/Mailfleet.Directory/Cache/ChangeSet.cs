namespace Mailfleet.Directory.Cache;

/// <summary>Which rows have changed between two looks.</summary>
internal sealed class ChangeSet
{
    public HashSet<long> Customers { get; } = [];

    public HashSet<long> Domains { get; } = [];

    public HashSet<long> Mailboxes { get; } = [];

    public bool IsEmpty => Customers.Count + Domains.Count + Mailboxes.Count == 0;
}
