using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Who has an address: a mailbox, an alias, or both, where the alias forwards the mailbox's mail.</summary>
internal sealed record AddressHolders(bool HasMailbox, AliasId? Alias);
