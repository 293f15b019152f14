namespace Mailfleet.Tenancy.Aliases;

/// <summary>What following an alias comes to, as far as its customer's own aliases lead.</summary>
internal enum AliasReach
{
    Ends,

    /// <summary>It leads back to itself.</summary>
    Loops,

    /// <summary>With what it leads to and what leads to it the chain is longer than a cell follows.</summary>
    TooDeep,
}
