namespace Mailfleet.Tenancy.Rights;

/// <summary>
/// What a use case or a list asks for. Names are stored (tokens are limited to some) and are part of the API: added, never renamed.
/// </summary>
public enum Right
{
    ReadCustomers,
    ReadDomains,

    /// <summary>Addresses and their sizes. No right of the control plane reads mail.</summary>
    ReadMailboxes,

    CreateReseller,
    CreateCustomer,
    CreateDomain,

    /// <summary>Have a domain's TXT record looked for.</summary>
    ProveDomain,

    /// <summary>Answer for a domain in place of its TXT record.</summary>
    VouchForDomain,

    CreateMailbox,

    /// <summary>Who has it can log in as anybody below, so it comes with trust.</summary>
    SetMailboxPassword,

    DeleteMailbox,

    /// <summary>Aliases, groups, forwards and catch-alls. Who has it can lead mail of others elsewhere, so it comes with trust.</summary>
    ManageAliases,

    /// <summary>Make and steer imports; what their rows do takes its own rights.</summary>
    RunImports,

    ReadPeople,

    /// <summary>Give and take roles, as far as one's own rights go.</summary>
    ManagePeople,

    ReadAudit,

    /// <summary>The feed of what happens, which webhooks send too.</summary>
    ReadEvents,

    ManageWebhooks,
    ReadTokens,

    /// <summary>Make tokens, as far as one's own rights go.</summary>
    CreateToken,

    /// <summary>End tokens of others; everybody may end their own.</summary>
    RevokeToken,

    /// <summary>Take a customer's place for a while, with a reason and, where they ask for it, with their consent.</summary>
    Impersonate,

    /// <summary>Say whether and how long somebody may take one's place; a customer's own people alone.</summary>
    SetSupportConsent,

    /// <summary>Limits of pools, and how much of them is taken.</summary>
    ReadLimits,

    /// <summary>Limit what nodes below may hold; nobody sets their own limit.</summary>
    SetLimits,

    ReadPlans,

    /// <summary>Make and change plans of one's own node and those below.</summary>
    ManagePlans,

    /// <summary>Give a customer a plan, and pin what differs from it.</summary>
    SetCustomerPlan,

    /// <summary>Move a customer from stage to stage, hold it where it is, let it go on.</summary>
    ManageLifecycle,

    /// <summary>Jobs, cells and nodes.</summary>
    ReadFleet,

    /// <summary>Start jobs, drain nodes.</summary>
    OperateFleet,
}
