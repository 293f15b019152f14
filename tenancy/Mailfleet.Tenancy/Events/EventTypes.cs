namespace Mailfleet.Tenancy.Events;

/// <summary>Every type of event there is. Added, never renamed; a test compares them with <see cref="PublicEvent"/>.</summary>
public static class EventTypes
{
    public static IReadOnlyList<string> All { get; } =
    [
        "reseller.created", "customer.created", "domain.created", "domain.proven", "domain.proof_lost", "domain.released", "mailbox.created", "mailbox.password_set",
        "mailbox.deleted", "alias.created", "alias.targets_set", "alias.deleted",
    ];
}
