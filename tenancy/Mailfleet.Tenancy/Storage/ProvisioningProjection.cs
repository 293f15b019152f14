using System.Text.Json;
using JasperFx.Events;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Provisioning;
using Marten;
using Marten.Events.Projections;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Keeps what each cell should hold, in the transaction of the events. An object's version is its stream's, so a replay gives the same rows.</summary>
internal sealed class ProvisioningProjection : IProjection
{
    private const string Change = "version = ?, changed_at = ?, seq = nextval('tenancy.provisioning_seq'), retry_at = NULL";

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (IEvent change in events)
            Apply(operations, change.Data, change.Version);
        return Task.CompletedTask;
    }

    internal static void Apply(IDocumentOperations operations, object change, long version)
    {
        switch (change)
        {
            case CustomerPlaced e:
                operations.QueueSqlCommand(
                    "INSERT INTO tenancy.provisioning (object_id, kind, cell, version, row, changed_at) VALUES (?, ?, ?, ?, ?::jsonb, ?)",
                    e.Customer.Value, (short)ObjectKind.Customer, e.Cell, version,
                    Row(new DesiredCustomer(e.Customer.Value, version, CustomerState.Active)), e.At);
                break;
            case CustomerStageSet e:
                operations.QueueSqlCommand(
                    $"UPDATE tenancy.provisioning SET row = ?::jsonb, {Change} WHERE object_id = ?",
                    Row(new DesiredCustomer(e.Customer.Value, version, LifecycleRules.StateOf(e.To)) { RefusalText = e.RefusalText }), version, e.At, e.Customer.Value);
                break;
            case DomainAdded e:
                Insert(operations, ObjectKind.Domain, e.Domain.Value, e.Customer.Value, version,
                    Row(new DesiredDomain(e.Domain.Value, version, e.Customer.Value, e.Name, DomainState.Pending)), e.At);
                break;
            case DomainProven e:
                SetState(operations, e.Domain.Value, (short)DomainState.Active, version, e.At);
                break;
            case DomainProofLost e:
                SetState(operations, e.Domain.Value, (short)DomainState.Pending, version, e.At);
                break;
            case DomainReleased e:
                SetState(operations, e.Domain.Value, (short)DomainState.Released, version, e.At);
                break;
            case MailboxCreated e:
                Insert(operations, ObjectKind.Mailbox, e.Mailbox.Value, e.Domain.Value, version,
                    Row(new DesiredMailbox(e.Mailbox.Value, version, e.Domain.Value, e.LocalPart, e.QuotaBytes, MailboxState.Active)), e.At);
                break;
            case MailboxPasswordSet e: // the row stays as it is, but the object is not applied until the cell has the password
                operations.QueueSqlCommand($"UPDATE tenancy.provisioning SET {Change} WHERE object_id = ?", version, e.At, e.Mailbox.Value);
                break;
            case MailboxDeleted e:
                SetState(operations, e.Mailbox.Value, (short)MailboxState.Deleted, version, e.At);
                break;
            case AliasCreated e:
                Insert(operations, ObjectKind.Alias, e.Alias.Value, e.Domain.Value, version,
                    Row(new DesiredAlias(e.Alias.Value, version, e.Domain.Value, e.LocalPart, e.Targets, AliasState.Active)), e.At);
                break;
            case AliasTargetsSet e:
                operations.QueueSqlCommand(
                    $"UPDATE tenancy.provisioning SET row = jsonb_set(row, '{{{DesiredRows.TargetsProperty}}}', to_jsonb(?)), {Change} WHERE object_id = ?",
                    e.Targets.ToArray(), version, e.At, e.Alias.Value);
                break;
            case AliasDeleted e:
                SetState(operations, e.Alias.Value, (short)AliasState.Deleted, version, e.At);
                break;
        }
    }

    // A child goes to the cell of its parent.
    private static void Insert(
        IDocumentOperations operations, ObjectKind kind, string id, string parent, long version, string row, DateTimeOffset at) =>
        operations.QueueSqlCommand(
            """
            INSERT INTO tenancy.provisioning (object_id, kind, cell, version, row, changed_at)
            SELECT ?, ?, cell, ?, ?::jsonb, ? FROM tenancy.provisioning WHERE object_id = ?
            """,
            id, (short)kind, version, row, at, parent);

    private static void SetState(IDocumentOperations operations, string id, short state, long version, DateTimeOffset at) =>
        operations.QueueSqlCommand(
            $"UPDATE tenancy.provisioning SET row = jsonb_set(row, '{{{DesiredRows.StateProperty}}}', to_jsonb(?::int)), {Change} WHERE object_id = ?",
            (int)state, version, at, id);

    private static string Row<T>(T desired) => JsonSerializer.Serialize(desired, DesiredRows.Json);
}
