namespace Mailfleet.Directory;

/// <summary>Who has which name: in the cell's database, or in the snapshot on this node's disk while that is away.</summary>
internal interface INameRows
{
    /// <summary>Who has each of these names. Names of domains that are not local are absent.</summary>
    Task<IReadOnlyDictionary<AddressKey, NameRow>> FindNamesAsync(IReadOnlyCollection<AddressKey> names, CancellationToken cancellationToken);

    /// <summary>The mailbox that the domain has had longest; null when it has none.</summary>
    Task<MailboxEntry?> FindFirstMailboxAsync(string name, long domain, CancellationToken cancellationToken);
}
