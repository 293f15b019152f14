using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Tests.Rights;

/// <summary>The table of rights once more, as people read it. Whoever changes who may do what changes it here too, and sees it beside the rest.</summary>
public sealed class MatrixTests
{
    // Columns: operator, support, read-only | reseller owner, staff, billing, read-only | customer owner, admin, user manager, billing, auditor |
    // domain admin, end user | visitor.
    private const string Expected = """
        ReadCustomers       x x x   x x x x   x x x x x   - -   -
        ReadDomains         x x x   x x x x   x x x x x   x -   -
        ReadMailboxes       x x x   x x - x   x x x - x   x -   -
        CreateReseller      x - -   x - - -   - - - - -   - -   -
        CreateCustomer      x - -   x x - -   - - - - -   - -   x
        CreateDomain        x - -   x x - -   x x - - -   - -   x
        ProveDomain         x x -   x x - -   x x - - -   x -   x
        VouchForDomain      x - -   - - - -   - - - - -   - -   -
        CreateMailbox       x - -   x x - -   x x x - -   x -   x
        SetMailboxPassword  x - -   x x - -   x x - - -   x -   -
        DeleteMailbox       x - -   x x - -   x x x - -   x -   -
        ManageAliases       x - -   x x - -   x x - - -   x -   -
        RunImports          x - -   x x - -   x x x - -   x -   -
        ReadPeople          x x x   x x - x   x x - - x   - -   -
        ManagePeople        x - -   x - - -   x - - - -   - -   -
        ReadAudit           x x x   x - - x   x - - - x   - -   -
        ReadEvents          x x x   x x - x   x x - - x   - -   -
        ManageWebhooks      x - -   x - - -   x - - - -   - -   -
        ReadTokens          x x x   x - - x   x x - - x   - -   -
        CreateToken         x x x   x x x x   x x x x x   x -   -
        RevokeToken         x - -   x - - -   x - - - -   - -   -
        Impersonate         x x -   x x - -   - - - - -   - -   -
        SetSupportConsent   x - -   x - - -   x - - - -   - -   -
        ReadLimits          x x x   x x x x   x x x x x   x -   -
        SetLimits           x - -   x x - -   x x - - -   - -   -
        ReadPlans           x x x   x x x x   - - - - -   - -   -
        ManagePlans         x - -   x - - -   - - - - -   - -   -
        SetCustomerPlan     x - -   x x - -   - - - - -   - -   -
        ManageLifecycle     x x -   x x - -   - - - - -   - -   -
        ReadFleet           x x x   - - - -   - - - - -   - -   -
        OperateFleet        x - -   - - - -   - - - - -   - -   -
        """;

    [Fact]
    public void EveryRoleMayDoWhatTheTableSays() => Assert.Equal(
        Expected.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        Enum.GetValues<Right>().Select(right => $"{right} {string.Join(' ', Enum.GetValues<Role>().Select(role => RoleRights.Of(role).Contains(right) ? 'x' : '-'))}"));

    [Fact]
    public void NobodyMayMakeWhatTheyCannotSee() => Assert.All(
        Enum.GetValues<Role>().Where(role => role != Role.Visitor).Select(RoleRights.Of),
        rights =>
        {
            Assert.True(rights.Contains(Right.ReadCustomers) || !rights.Contains(Right.CreateCustomer));
            Assert.True(rights.Contains(Right.ReadDomains) || !rights.Contains(Right.CreateDomain));
            Assert.True(rights.Contains(Right.ReadMailboxes) || !rights.Contains(Right.CreateMailbox));
            Assert.True(rights.Contains(Right.ReadPeople) || !rights.Contains(Right.ManagePeople));
        });

    [Fact]
    public void WhoManagesPeopleMayGiveEveryRoleOfTheirLevelAndBelow() => Assert.All(
        Enum.GetValues<Role>().Where(role => RoleRights.Of(role).Contains(Right.ManagePeople)),
        manager => Assert.All(
            Enum.GetValues<Role>().Where(role => role != Role.Visitor && RoleRights.LevelOf(role) >= RoleRights.LevelOf(manager)),
            role => Assert.True(RoleRights.Of(manager).Covers(RoleRights.Of(role)), $"{manager} cannot make a {role}")));

    [Fact]
    public void ASetHoldsExactlyWhatItWasMadeOf()
    {
        foreach (Right right in Enum.GetValues<Right>())
        {
            var set = RightSet.Of(right);
            Assert.Equal([right], set.All);
            Assert.True(RightSet.Of(Enum.GetValues<Right>()).Covers(set));
            Assert.False(RightSet.None.Covers(set));
            Assert.Equal(RightSet.None, RightSet.Of(Enum.GetValues<Right>().Where(other => other != right)).And(set));
        }

        Assert.Equal(0, RightSet.None.Count);
        Assert.True(Enum.GetValues<Right>().Length <= 64, "RightSet has 64 bits.");
    }
}
