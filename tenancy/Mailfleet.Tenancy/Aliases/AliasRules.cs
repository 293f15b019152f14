using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Aliases;

internal static class AliasRules
{
    /// <summary>Why an alias that leads so far will not do; null when it will.</summary>
    public static Refusal? FindFault(AliasReach reach, string field) => reach switch
    {
        AliasReach.Loops => new Refusal(ErrorCode.AliasLoop, field, "It leads back to itself, so mail would go in circles. Leave out the address that leads here."),
        AliasReach.TooDeep => new Refusal(ErrorCode.AliasTooDeep, field, "Mail would go through more than ten aliases one after another. Name the last address of the chain."),
        _ => null,
    };
}
