using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Path">Place of the node at which the role is held.</param>
/// <param name="HasPassword">False for somebody invited who has not chosen one yet.</param>
public sealed record PersonRow(
    PersonId Id, NodeId Node, SubtreePath Path, Role Role, string Login, string Name, DateTimeOffset CreatedAt, bool HasPassword,
    bool HasSecondFactor = false);
