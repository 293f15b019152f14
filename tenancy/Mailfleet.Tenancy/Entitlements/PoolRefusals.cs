using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Entitlements;

/// <summary>How a full pool is told.</summary>
internal static class PoolRefusals
{
    /// <param name="name">Name of the node whose pool it is. Told only to those who see the node: a customer learns nothing about its provider's business.</param>
    public static Refusal Full(Pool pool, string name, long amount, Actor actor)
    {
        string what = WhatOf(pool.Kind);
        string message = actor.Place.Contains(pool.Path)
            ? $"{name} ({pool.Path.Node}) may have {pool.Capacity} {what} and has {pool.Used}; {amount} more do not fit. Remove some, or have the limit raised."
            : $"Your provider has no room for more {what}. Ask them to raise their limit.";
        return new Refusal(CodeOf(pool.Kind), null, message);
    }

    public static Refusal Overcommitted(Pool pool, decimal promised, string field, Actor actor) => new(
        ErrorCode.LimitOvercommitted, field,
        actor.Place.Contains(pool.Path)
            ? $"{pool.Path.Node} may promise {pool.Promisable} {WhatOf(pool.Kind)} ({pool.PromisedPercent} % of {pool.Limit}); the limits below it would come to {promised}."
            : "The limits below you would come to more than your provider's policy allows. Ask them to raise your limit, or set a lower one.");

    private static string WhatOf(PoolKind kind) => kind switch
    {
        PoolKind.Customers => "customers",
        PoolKind.Domains => "domains",
        PoolKind.Mailboxes => "mailboxes",
        _ => "bytes of mailbox quota",
    };

    private static ErrorCode CodeOf(PoolKind kind) => kind switch
    {
        PoolKind.Customers => ErrorCode.CustomerLimitReached,
        PoolKind.Domains => ErrorCode.DomainLimitReached,
        PoolKind.Mailboxes => ErrorCode.MailboxLimitReached,
        PoolKind.Bytes => ErrorCode.StorageLimitReached,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A pool without a code."),
    };
}
