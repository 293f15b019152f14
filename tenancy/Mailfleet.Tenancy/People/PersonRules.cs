using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.People;

/// <summary>Who may make whom into what. Nobody gives a right they do not have, and nobody touches somebody who has more.</summary>
internal static class PersonRules
{
    /// <summary>Null when the actor may give the role at the place.</summary>
    /// <param name="node">The node at that place.</param>
    public static Refusal? FindRefusal(Actor actor, Role role, NodeId node, SubtreePath? place)
    {
        if (actor.FindRefusal(Right.ManagePeople, place, "nodeId", "node") is { } refusal)
            return refusal;
        if (role is Role.EndUser or Role.Visitor)
            return new Refusal(ErrorCode.Invalid, "role", "This is no role of a person with an account here.");
        if (RoleRights.LevelOf(role) != LevelOf(node))
            return new Refusal(ErrorCode.Invalid, "role", $"This role cannot be held at a node of the level {LevelOf(node)}.");
        return actor.Rights.Covers(RoleRights.Of(role)) ? null : new Refusal(ErrorCode.Forbidden, "role", "This role may do more than you may.");
    }

    /// <summary>Null when the actor may change the person.</summary>
    public static Refusal? FindRefusal(Actor actor, PersonRow? person)
    {
        if (actor.FindRefusal(Right.ManagePeople, person?.Path, "personId", "person") is { } refusal)
            return refusal;
        if (actor.Person == person!.Id)
            return new Refusal(ErrorCode.Forbidden, "personId", "You cannot do this to yourself. Ask somebody else who manages people here.");
        return actor.Rights.Covers(RoleRights.Of(person.Role)) ? null : new Refusal(ErrorCode.Forbidden, "personId", "This person may do more than you may.");
    }

    private static Level LevelOf(NodeId node) =>
        node == NodeId.Root ? Level.Fleet
        : CustomerId.TryParse(node.Value, out _) ? Level.Customer
        : DomainId.TryParse(node.Value, out _) ? Level.Domain
        : Level.Reseller;
}
