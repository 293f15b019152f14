using System.Globalization;
using JasperFx.Events;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Resellers;
using Marten;
using Marten.Events.Projections;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Keeps the flat tables of lists in the transaction of the events.</summary>
internal sealed class ListProjection : IProjection
{
    private const string Moment = "nullif(?, '')::timestamptz"; // Marten takes no null

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (IEvent change in events)
            Apply(operations, change.Data);
        return Task.CompletedTask;
    }

    internal static void Apply(IDocumentOperations operations, object change)
    {
        switch (change)
        {
            case ResellerCreated e:
                operations.QueueSqlCommand(
                    "INSERT INTO tenancy.reseller (id, parent_id, path, name, created_at) VALUES (?, nullif(?, ''), ?, ?, ?)",
                    e.Reseller.Value, e.Parent?.Value ?? "", e.Path.Value, e.Name, e.At);
                break;
            case CustomerCreated e:
                operations.QueueSqlCommand(
                    "INSERT INTO tenancy.customer (id, parent_id, path, name, created_at) VALUES (?, ?, ?, ?, ?)",
                    e.Customer.Value, e.Parent.Value, e.Path.Child(e.Customer).Value, e.Name, e.At);
                break;
            case CustomerPlanSet e:
                operations.QueueSqlCommand("UPDATE tenancy.customer SET plan_id = nullif(?, '') WHERE id = ?", e.Plan?.Value ?? "", e.Customer.Value);
                break;
            case CustomerTermsPinned e:
                operations.QueueSqlCommand("UPDATE tenancy.customer SET pinned_terms = ?::jsonb WHERE id = ?", PlanTable.ToJson(e.Terms), e.Customer.Value);
                break;
            case CustomerStageSet e:
                operations.QueueSqlCommand(
                    $"UPDATE tenancy.customer SET stage = ?, stage_since = ?, due_at = {Moment}, next_at = {Moment}, listed = ? WHERE id = ?",
                    e.To.ToString(), e.At, Text(e.Until), Text(e.NoticeAt), e.To != CustomerStage.Purged, e.Customer.Value);
                break;
            case CustomerStageAnnounced e:
                operations.QueueSqlCommand("UPDATE tenancy.customer SET next_at = due_at WHERE id = ?", e.Customer.Value);
                break;
            case CustomerHeld e:
                operations.QueueSqlCommand("UPDATE tenancy.customer SET is_held = true WHERE id = ?", e.Customer.Value);
                break;
            case CustomerHoldReleased e:
                operations.QueueSqlCommand(
                    $"UPDATE tenancy.customer SET is_held = false, due_at = {Moment}, next_at = {Moment} WHERE id = ?", Text(e.Until), Text(e.NoticeAt), e.Customer.Value);
                break;
            case DomainAdded e:
                operations.QueueSqlCommand(
                    "INSERT INTO tenancy.domain (id, customer_id, path, name, created_at) SELECT ?, id, path || ?, ?, ? FROM tenancy.customer WHERE id = ?",
                    e.Domain.Value, $"{e.Domain}/", e.Name, e.At, e.Customer.Value);
                break;
            case DomainReleased e:
                operations.QueueSqlCommand("UPDATE tenancy.domain SET listed = false WHERE id = ?", e.Domain.Value);
                operations.QueueSqlCommand("UPDATE tenancy.mailbox SET listed = false WHERE domain_id = ?", e.Domain.Value);
                operations.QueueSqlCommand("UPDATE tenancy.alias SET listed = false WHERE domain_id = ?", e.Domain.Value);
                break;
            case MailboxCreated e:
                operations.QueueSqlCommand(
                    """
                    INSERT INTO tenancy.mailbox (id, domain_id, customer_id, path, local_part, address, quota_bytes, created_at, listed)
                    SELECT ?, id, customer_id, path, ?, ?, ?, ?, listed FROM tenancy.domain WHERE id = ?
                    """,
                    e.Mailbox.Value, e.LocalPart, e.Address, e.QuotaBytes, e.At, e.Domain.Value);
                break;
            case MailboxDeleted e:
                operations.QueueSqlCommand("UPDATE tenancy.mailbox SET listed = false WHERE id = ?", e.Mailbox.Value);
                break;
            case AliasCreated e:
                operations.QueueSqlCommand(
                    """
                    INSERT INTO tenancy.alias (id, domain_id, customer_id, path, local_part, address, targets, is_forward, created_at, listed)
                    SELECT ?, id, customer_id, path, ?, ?, ?, ?, ?, listed FROM tenancy.domain WHERE id = ?
                    """,
                    e.Alias.Value, e.LocalPart, e.Address, e.Targets.ToArray(), e.IsForward, e.At, e.Domain.Value);
                break;
            case AliasTargetsSet e:
                operations.QueueSqlCommand("UPDATE tenancy.alias SET targets = ? WHERE id = ?", e.Targets.ToArray(), e.Alias.Value);
                break;
            case AliasDeleted e:
                operations.QueueSqlCommand("UPDATE tenancy.alias SET listed = false WHERE id = ?", e.Alias.Value);
                break;
        }
    }

    private static string Text(DateTimeOffset? moment) => moment?.ToString("O", CultureInfo.InvariantCulture) ?? "";
}
