using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class ProvisioningTests
{
    [Fact]
    public async Task BringsAMailboxWithItsPasswordIntoTheCell()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        Domain domain = await host.CreateDomainAsync(customer, "example.com");
        Mailbox mailbox = await host.CreateMailboxAsync(domain, "Alice");
        await host.WaitUntilAppliedAsync(customer.Id.Value, domain.Id.Value, mailbox.Id.Value);

        string[] rows = await TenancyHost.RowsAsync(
            host.CellDatabase,
            """
            SELECT d.name, d.state, m.local_part, m.quota_bytes, m.state, c.command_version
            FROM directory.mailbox m JOIN directory.domain d ON d.id = m.domain_id JOIN directory.credential c ON c.mailbox_id = m.id
            """);
        Assert.Equal(["example.com|1|alice|10737418240|1|2"], rows);
        Assert.Equal(["0"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.sealed_command"));
    }
}
