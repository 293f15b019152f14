using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Node">Whose plan it is; it can be given to customers of the node and below.</param>
/// <param name="Path">The node's place.</param>
/// <param name="Parent">The plan it inherits from.</param>
/// <param name="Terms">Its own, without what it inherits.</param>
public sealed record PlanRow(PlanId Id, ResellerId Node, SubtreePath Path, PlanId? Parent, string Name, PlanTerms Terms, DateTimeOffset CreatedAt);
