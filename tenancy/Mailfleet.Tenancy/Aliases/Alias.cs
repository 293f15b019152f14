using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Aliases;

/// <param name="LocalPart">Canonical, or <c>*</c> for whatever nobody else has in the domain.</param>
/// <param name="Targets">Canonical addresses; <c>*@domain</c> stands for the same local part there.</param>
/// <param name="IsForward">It goes before the mailbox of its address; the address itself among the targets keeps a copy.</param>
public sealed record AliasCreated(
    AliasId Alias, DomainId Domain, CustomerId Customer, string LocalPart, string Address, IReadOnlyList<string> Targets, bool IsForward, DateTimeOffset At);

public sealed record AliasTargetsSet(AliasId Alias, IReadOnlyList<string> Targets, string By, DateTimeOffset At);

public sealed record AliasDeleted(AliasId Alias, string By, DateTimeOffset At);

/// <summary>An address that leads to others.</summary>
public sealed record Alias(
    AliasId Id, DomainId Domain, CustomerId Customer, string LocalPart, string Address, IReadOnlyList<string> Targets, bool IsForward, bool IsDeleted)
    : IEventSourced<Alias>
{
    public static Alias? Apply(Alias? state, object change) => (state, change) switch
    {
        (null, AliasCreated e) => new Alias(e.Alias, e.Domain, e.Customer, e.LocalPart, e.Address, e.Targets, e.IsForward, IsDeleted: false),
        ({ } alias, AliasTargetsSet e) => alias with { Targets = e.Targets },
        ({ } alias, AliasDeleted) => alias with { IsDeleted = true },
        _ => state,
    };
}
