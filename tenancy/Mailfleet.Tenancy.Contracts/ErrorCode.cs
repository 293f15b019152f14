namespace Mailfleet.Tenancy.Contracts;

/// <summary>Why a use case refused. The names are part of the API and are never renamed; GraphQL shows them in UPPER_SNAKE_CASE.</summary>
public enum ErrorCode
{
    Invalid,
    NotFound,
    Forbidden,
    DomainTaken,
    DomainReserved,
    DomainNotProven,
    AddressTaken,
    PasswordTooWeak,
    Conflict,
    LoginTaken,
    Throttled,
    ConsentNeeded,
    CustomerLimitReached,
    DomainLimitReached,
    MailboxLimitReached,

    /// <summary>More bytes of mailbox quota than a pool may promise.</summary>
    StorageLimitReached,

    /// <summary>Limits below a node would come to more than it may promise.</summary>
    LimitOvercommitted,
    PlanNameTaken,

    /// <summary>The customer has been purged: nothing of it can be changed any more.</summary>
    CustomerPurged,
    AddressReserved,
    AliasLoop,
    AliasTooDeep,
    JobState,
}
