using GraphQL.Types;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

/// <summary>What people call an alias of this shape.</summary>
internal enum AliasKind
{
    /// <summary>Another name for one address.</summary>
    Alias,

    /// <summary>One name for several addresses.</summary>
    Group,

    /// <summary>Goes before the mailbox of its address.</summary>
    Forward,

    /// <summary>Takes what nobody else has in its domain.</summary>
    CatchAll,

    /// <summary>A catch-all that keeps the local part: its domain is another name for a second one.</summary>
    DomainAlias,
}

internal sealed class AliasKindType : EnumerationGraphType<AliasKind>
{
    public AliasKindType()
    {
        Name = "AliasKind";
        Description = "What an alias is by its shape.";
    }

    public static AliasKind Of(AliasRow alias)
    {
        if (alias.Targets[0].StartsWith($"{DesiredAlias.CatchAll}@", StringComparison.Ordinal))
            return AliasKind.DomainAlias;
        if (alias.Address.StartsWith($"{DesiredAlias.CatchAll}@", StringComparison.Ordinal))
            return AliasKind.CatchAll;
        return alias.IsForward ? AliasKind.Forward : alias.Targets.Count > 1 ? AliasKind.Group : AliasKind.Alias;
    }
}
