using System.Net;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Path">Place of the node: how far the token reaches.</param>
/// <param name="Rights">What it may do, as far as its person still may.</param>
/// <param name="Sources">Networks it may be used from; empty means any.</param>
/// <param name="Person">Whose it is; null for those of the operator's own token.</param>
/// <param name="Reason">Why somebody took a customer's place; null for an ordinary token.</param>
/// <param name="OnBehalfOf">The customer whose place is taken.</param>
/// <param name="UsedAt">To the minute; null when it has never been used.</param>
public sealed record TokenRow(
    TokenId Id, NodeId Node, SubtreePath Path, string Name, RightSet Rights, IReadOnlyList<IPNetwork> Sources, PersonId? Person,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, string? Reason = null, CustomerId? OnBehalfOf = null);
