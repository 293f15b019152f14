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
    AddressReserved,
    AliasLoop,
    AliasTooDeep,
    JobState,
}
