using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy;

/// <summary>What an actor may do; GraphQL shows the names in UPPER_SNAKE_CASE.</summary>
public enum ActorRole
{
    /// <summary>Runs the fleet: sees the whole tree and may vouch for a domain.</summary>
    Operator,

    /// <summary>Somebody who signs up: acts only on the customer this makes.</summary>
    Visitor,
}

/// <summary>Who asks for a use case, and how far they see.</summary>
/// <param name="Login">Name that events and the audit keep.</param>
/// <param name="Node">Their own node of the tree: the parent of what they create when they name none.</param>
public sealed record Actor(string Login, ActorRole Role, ResellerId Node, SubtreePath Subtree)
{
    public static Actor Visitor { get; } = new("sign-up", ActorRole.Visitor, ResellerId.Root, SubtreePath.Root);

    public static Actor Operator(string login) => new(login, ActorRole.Operator, ResellerId.Root, SubtreePath.Root);
}
