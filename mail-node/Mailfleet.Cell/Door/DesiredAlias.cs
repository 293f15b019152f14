namespace Mailfleet.Cell.Door;

/// <summary>An address that leads to others: an alias has one target, a group several; a forward has the local part of a mailbox and goes before it.</summary>
/// <param name="Id">Public id, <c>als_…</c></param>
/// <param name="LocalPart">Canonical (lower-case) local part without sub-address, or <see cref="CatchAll"/> for whatever nobody else has in the domain.</param>
/// <param name="Targets">
/// 1 to <see cref="MaxTargets"/> addresses, lower case, domains in A-labels. The alias's own address among them is the mailbox of its name: a forward that keeps a copy.
/// <c>*@domain</c> as the target of a catch-all is the same local part there, which makes the domain an alias of that one.
/// </param>
public sealed record DesiredAlias(string Id, long Version, string DomainId, string LocalPart, IReadOnlyList<string> Targets, AliasState State)
{
    public const string CatchAll = "*";

    /// <summary>What one delivery may lead to; larger circles are mailing lists.</summary>
    public const int MaxTargets = 1000;
}
