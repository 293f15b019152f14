using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Webhooks;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>What an actor sees of the fleet: every object below their place in the tree, across tenants.</summary>
public sealed class FleetLists(NpgsqlDataSource database)
{
    public FleetList<CustomerId, ResellerId, CustomerRow> Customers { get; } = new(
        database, Right.ReadCustomers, "tenancy.customer", parentColumn: "parent_id", filterColumn: "name",
        "id, parent_id, name, created_at, stage, due_at, is_held, plan_id, pinned_terms",
        reader => new CustomerRow(
            CustomerId.Parse(reader.GetString(0)), ResellerId.Parse(reader.GetString(1)), reader.GetString(2),
            reader.GetFieldValue<DateTimeOffset>(3), Enum.Parse<CustomerStage>(reader.GetString(4)), reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
            reader.GetBoolean(6), reader.IsDBNull(7) ? null : PlanId.Parse(reader.GetString(7)),
            reader.IsDBNull(8) ? PlanTerms.Nothing : PlanTable.FromJson(reader.GetString(8)), ProvisioningColumns.Read(reader, 9)),
        row => row.Id, row => row.Parent);

    public FleetList<DomainId, CustomerId, DomainRow> Domains { get; } = new(
        database, Right.ReadDomains, "tenancy.domain", parentColumn: "customer_id", filterColumn: "name", "id, customer_id, name, created_at",
        reader => new DomainRow(
            DomainId.Parse(reader.GetString(0)), CustomerId.Parse(reader.GetString(1)), reader.GetString(2),
            reader.GetFieldValue<DateTimeOffset>(3), ProvisioningColumns.Read(reader, 4)),
        row => row.Id, row => row.Customer);

    public FleetList<MailboxId, DomainId, MailboxRow> Mailboxes { get; } = new(
        database, Right.ReadMailboxes, "tenancy.mailbox", parentColumn: "domain_id", filterColumn: "address", "id, domain_id, customer_id, address, quota_bytes, created_at",
        reader => new MailboxRow(
            MailboxId.Parse(reader.GetString(0)), DomainId.Parse(reader.GetString(1)), CustomerId.Parse(reader.GetString(2)), reader.GetString(3),
            reader.GetInt64(4), reader.GetFieldValue<DateTimeOffset>(5), ProvisioningColumns.Read(reader, 6)),
        row => row.Id, row => row.Domain);

    /// <summary>Aliases, groups, forwards and catch-alls: addresses like mailboxes, so who sees those sees these.</summary>
    public FleetList<AliasId, DomainId, AliasRow> Aliases { get; } = new(
        database, Right.ReadMailboxes, "tenancy.alias", parentColumn: "domain_id", filterColumn: "address",
        "id, domain_id, customer_id, address, targets, is_forward, created_at",
        reader => new AliasRow(
            AliasId.Parse(reader.GetString(0)), DomainId.Parse(reader.GetString(1)), CustomerId.Parse(reader.GetString(2)), reader.GetString(3),
            reader.GetFieldValue<string[]>(4), reader.GetBoolean(5), reader.GetFieldValue<DateTimeOffset>(6), ProvisioningColumns.Read(reader, 7)),
        row => row.Id, row => row.Domain);

    public FleetList<PlanId, ResellerId, PlanRow> Plans { get; } = new(
        database, Right.ReadPlans, "tenancy.plan", parentColumn: "node_id", filterColumn: "name", PlanTable.Columns, PlanTable.Read,
        row => row.Id, row => row.Node, isProvisioned: false);

    public FleetList<PersonId, NodeId, PersonRow> People { get; } = new(
        database, Right.ReadPeople, "tenancy.person", parentColumn: "node_id", filterColumn: "login", PersonTable.Columns, PersonTable.Read,
        row => row.Id, row => row.Node, isProvisioned: false);

    public FleetList<JobId, NodeId, Job> Jobs { get; } = new(
        database, Right.RunImports, "tenancy.import_job", parentColumn: "node_id", filterColumn: "login", ImportJobTable.Columns, reader => ImportJobTable.Read(reader),
        row => row.Id, row => row.Node, isProvisioned: false);

    public FleetList<WebhookId, NodeId, WebhookRow> Webhooks { get; } = new(
        database, Right.ReadEvents, "tenancy.webhook", parentColumn: "node_id", filterColumn: "url", WebhookTable.Columns, reader => WebhookTable.Read(reader),
        row => row.Id, row => row.Node, isProvisioned: false);

    public FleetList<TokenId, NodeId, TokenRow> Tokens { get; } = new(
        database, Right.ReadTokens, "tenancy.api_token", parentColumn: "node_id", filterColumn: "name", TokenTable.Columns, TokenTable.Read,
        row => row.Id, row => row.Node, isProvisioned: false);
}
