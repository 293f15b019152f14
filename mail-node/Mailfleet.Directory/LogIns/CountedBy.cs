namespace Mailfleet.Directory.LogIns;

/// <summary>What a try was counted against.</summary>
[Flags]
internal enum CountedBy
{
    Nothing = 0,

    /// <summary>The account at this address.</summary>
    Pair = 1,

    Account = 2,

    /// <summary>The address and its network.</summary>
    Address = 4,
}
