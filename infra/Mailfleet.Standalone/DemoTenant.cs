using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Standalone;

/// <summary>A reseller with a customer, a domain and two mailboxes to try everything with. Made by the same use cases as any other; what exists is kept.</summary>
internal sealed class DemoTenant(IServiceProvider services)
{
    public const string Password = "mailfleet-demo";

    private const string Domain = "demo.test";
    private const string CustomerName = "Demo customer";
    private static readonly string[] LocalParts = ["alice", "bob"];
    private static readonly string[] Levels = ["operator", "reseller", "customer"];
    private static readonly Actor Maker = Actor.Operator("standalone");
    private static readonly PageRequest One = new(1);

    /// <summary>Log-ins of the portal: one at each level of the tree.</summary>
    public static IEnumerable<string> LogIns => Levels.Select(level => $"{level}@{HostSettings.HostName}");

    public static IEnumerable<string> Addresses => LocalParts.Select(local => $"{local}@{Domain}");

    /// <summary>Whether an earlier start made it.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) => await FindDomainAsync(cancellationToken) is not null;

    /// <summary>Makes what is missing and waits until the cell has it.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        (CustomerId customer, ResellerId reseller) = await EnsureCustomerAsync(cancellationToken);
        (NodeId Node, Role Role)[] people = [(NodeId.Root, Role.Operator), (NodeId.Of(reseller), Role.ResellerOwner), (NodeId.Of(customer), Role.CustomerOwner)];
        foreach ((string login, (NodeId node, Role role)) in LogIns.Zip(people))
            await EnsurePersonAsync(login, node, role, cancellationToken);
        DomainId domain = await EnsureDomainAsync(customer, cancellationToken);
        List<string> mailboxes = [];
        foreach (string local in LocalParts)
            mailboxes.Add(await EnsureMailboxAsync(customer, domain, local, cancellationToken));
        await services.GetRequiredService<ProvisioningProgress>().WaitUntilAppliedAsync([domain.Value, .. mailboxes], cancellationToken);
    }

    private async Task<(CustomerId Customer, ResellerId Reseller)> EnsureCustomerAsync(CancellationToken cancellationToken)
    {
        Page<CustomerRow> found = await Lists.Customers.PageAsync(Maker, One, new TextFilter(Is: CustomerName), cancellationToken);
        if (found.Rows is [CustomerRow row])
            return (row.Id, row.Parent);

        Reseller reseller = Made(await services.GetRequiredService<CreateResellerHandler>().HandleAsync(new CreateReseller("Demo reseller", null), Maker, cancellationToken));
        return (Made(await services.GetRequiredService<CreateCustomerHandler>().HandleAsync(new CreateCustomer(CustomerName, reseller.Id), Maker, cancellationToken)).Id, reseller.Id);
    }

    private async Task EnsurePersonAsync(string login, NodeId node, Role role, CancellationToken cancellationToken)
    {
        Page<PersonRow> found = await Lists.People.PageAsync(Maker, One, new TextFilter(Is: login), cancellationToken);
        if (found.Rows.Count == 0)
            Made(await services.GetRequiredService<CreatePersonHandler>().HandleAsync(new CreatePerson(node, role, login, $"Demo {login[..login.IndexOf('@', StringComparison.Ordinal)]}", Password), Maker, cancellationToken));
    }

    private async Task<DomainId> EnsureDomainAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        DomainRow? found = await FindDomainAsync(cancellationToken);
        return found?.Id ?? Made(await services.GetRequiredService<CreateDomainHandler>().HandleAsync(new CreateDomain(customer, Domain), Maker, cancellationToken)).Id;
    }

    private async Task<DomainRow?> FindDomainAsync(CancellationToken cancellationToken) =>
        (await Lists.Domains.PageAsync(Maker, One, new TextFilter(Is: Domain), cancellationToken)).Rows.SingleOrDefault();

    private async Task<string> EnsureMailboxAsync(CustomerId customer, DomainId domain, string local, CancellationToken cancellationToken)
    {
        Page<MailboxRow> found = await Lists.Mailboxes.PageAsync(Maker, One, new TextFilter(Is: $"{local}@{Domain}"), cancellationToken);
        return found.Rows is [MailboxRow row]
            ? row.Id.Value
            : Made(await services.GetRequiredService<CreateMailboxHandler>().HandleAsync(new CreateMailbox(customer, domain, local, Password, null), Maker, cancellationToken)).Id.Value;
    }

    private FleetLists Lists => services.GetRequiredService<FleetLists>();

    private static T Made<T>(Outcome<T> outcome) where T : class =>
        outcome.Value ?? throw new InvalidOperationException($"The demo tenant cannot be made: {string.Join(' ', outcome.Refusals.Select(x => x.Message))}");
}
