namespace Mailfleet.Tenancy.Auditing;

/// <summary>What can be found in the audit. Names are stored and part of the API: added, never renamed.</summary>
public enum AuditAction
{
    ResellerCreated,
    CustomerCreated,
    DomainCreated,
    DomainProven,
    MailboxCreated,
    MailboxPasswordSet,
    MailboxDeleted,
    PersonCreated,
    PersonRoleSet,
    PersonRemoved,
    PasswordLinkCreated,
    PasswordSet,
    LoggedIn,
    SessionEnded,
    SecondFactorAdded,
    SecondFactorRemoved,
    TokenCreated,
    TokenRevoked,
    SupportConsentSet,
    SupportAccessStarted,
    AliasCreated,
    AliasTargetsSet,
    AliasDeleted,
    JobCreated,
    JobStarted,
    JobPaused,
    JobCancelled,
}
