using System.Collections.Frozen;
using static Mailfleet.Tenancy.Rights.Right;
using static Mailfleet.Tenancy.Rights.Role;

namespace Mailfleet.Tenancy.Rights;

/// <summary>
/// The one table of who may do what. A right holds at the place where the role is held and everywhere below it. Every use case and every list asks it
/// through <see cref="Actor"/>; tests walk it whole.
/// </summary>
public static class RoleRights
{
    private static readonly FrozenDictionary<Right, Role[]> Holders = new Dictionary<Right, Role[]>
    {
        [ReadCustomers] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerBilling, ResellerReadOnly,
            CustomerOwner, CustomerAdmin, CustomerUserManager, CustomerBilling, CustomerAuditor,
        ],
        [ReadDomains] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerBilling, ResellerReadOnly,
            CustomerOwner, CustomerAdmin, CustomerUserManager, CustomerBilling, CustomerAuditor, DomainAdmin,
        ],
        [ReadMailboxes] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerReadOnly,
            CustomerOwner, CustomerAdmin, CustomerUserManager, CustomerAuditor, DomainAdmin,
        ],
        [CreateReseller] = [Operator, ResellerOwner],
        [CreateCustomer] = [Operator, ResellerOwner, ResellerStaff, Visitor],
        [CreateDomain] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, Visitor],
        [ProveDomain] = [Operator, OperatorSupport, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, DomainAdmin, Visitor],
        [VouchForDomain] = [Operator],
        [CreateMailbox] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, CustomerUserManager, DomainAdmin, Visitor],
        [SetMailboxPassword] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, DomainAdmin],
        [DeleteMailbox] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, CustomerUserManager, DomainAdmin],
        [ManageAliases] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, DomainAdmin],
        [RunImports] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin, CustomerUserManager, DomainAdmin],
        [ReadPeople] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerReadOnly, CustomerOwner, CustomerAdmin, CustomerAuditor,
        ],
        [ManagePeople] = [Operator, ResellerOwner, CustomerOwner],
        [ReadAudit] = [Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerReadOnly, CustomerOwner, CustomerAuditor],
        [ReadEvents] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerReadOnly, CustomerOwner, CustomerAdmin, CustomerAuditor,
        ],
        [ManageWebhooks] = [Operator, ResellerOwner, CustomerOwner],
        [ReadTokens] = [Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerReadOnly, CustomerOwner, CustomerAdmin, CustomerAuditor],
        [CreateToken] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerBilling, ResellerReadOnly,
            CustomerOwner, CustomerAdmin, CustomerUserManager, CustomerBilling, CustomerAuditor, DomainAdmin,
        ],
        [RevokeToken] = [Operator, ResellerOwner, CustomerOwner],
        [Impersonate] = [Operator, OperatorSupport, ResellerOwner, ResellerStaff],
        [SetSupportConsent] = [Operator, ResellerOwner, CustomerOwner], // above the customer so that an owner can be made; the use case refuses them
        [ReadLimits] =
        [
            Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerBilling, ResellerReadOnly,
            CustomerOwner, CustomerAdmin, CustomerUserManager, CustomerBilling, CustomerAuditor, DomainAdmin,
        ],
        [SetLimits] = [Operator, ResellerOwner, ResellerStaff, CustomerOwner, CustomerAdmin],
        [ReadPlans] = [Operator, OperatorSupport, OperatorReadOnly, ResellerOwner, ResellerStaff, ResellerBilling, ResellerReadOnly],
        [ManagePlans] = [Operator, ResellerOwner],
        [SetCustomerPlan] = [Operator, ResellerOwner, ResellerStaff],
        [ManageLifecycle] = [Operator, OperatorSupport, ResellerOwner, ResellerStaff],
        [ReadFleet] = [Operator, OperatorSupport, OperatorReadOnly],
        [OperateFleet] = [Operator],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Role, RightSet> ByRole = Enum.GetValues<Role>().ToFrozenDictionary(
        role => role,
        role => RightSet.Of(Holders.Where(holders => holders.Value.Contains(role)).Select(holders => holders.Key)));

    /// <summary>What somebody may do in a customer's place: help, without getting into mail and without leaving a way back in.</summary>
    public static RightSet ForStandIn { get; } = RightSet.Of(ByRole[CustomerOwner].All.Except(
        [SetMailboxPassword, ManageAliases, RunImports, ManagePeople, ManageWebhooks, CreateToken, RevokeToken, SetSupportConsent]));

    public static RightSet Of(Role role) => ByRole[role];

    /// <summary>The level of the nodes at which a role is held.</summary>
    public static Level LevelOf(Role role) => role switch
    {
        Operator or OperatorSupport or OperatorReadOnly or Visitor => Level.Fleet,
        ResellerOwner or ResellerStaff or ResellerBilling or ResellerReadOnly => Level.Reseller,
        CustomerOwner or CustomerAdmin or CustomerUserManager or CustomerBilling or CustomerAuditor => Level.Customer,
        DomainAdmin => Level.Domain,
        EndUser => Level.Mailbox,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A role without a level."),
    };
}
