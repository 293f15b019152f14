using GraphQL;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.Rest;

// What the REST interface shows. Fields are added, never renamed or taken away while it is v1.

internal sealed record RestPage<T>(IReadOnlyList<T> Items, string? Next);

internal sealed record RestProvisioning(string State, long Version, DateTimeOffset At)
{
    public static RestProvisioning Of(ProvisioningStatus status) => new(status.State.ToString().ToConstantCase(), status.Version, status.At);
}

internal sealed record RestDomain(string Id, string Name, string CustomerId, DateTimeOffset CreatedAt, RestProvisioning Provisioning)
{
    public static RestDomain Of(DomainRow row) => new(row.Id.Value, row.Name, row.Customer.Value, row.CreatedAt, RestProvisioning.Of(row.Provisioning));
}

internal sealed record RestMailbox(
    string Id, string Address, string DomainId, string CustomerId, long QuotaBytes, DateTimeOffset CreatedAt, RestProvisioning Provisioning)
{
    public static RestMailbox Of(MailboxRow row) => new(
        row.Id.Value, row.Address, row.Domain.Value, row.Customer.Value, row.QuotaBytes, row.CreatedAt, RestProvisioning.Of(row.Provisioning));
}

internal sealed record RestAlias(
    string Id, string Address, IReadOnlyList<string> Targets, bool IsForward, string DomainId, string CustomerId, DateTimeOffset CreatedAt,
    RestProvisioning Provisioning)
{
    public static RestAlias Of(AliasRow row) => new(
        row.Id.Value, row.Address, row.Targets, row.IsForward, row.Domain.Value, row.Customer.Value, row.CreatedAt, RestProvisioning.Of(row.Provisioning));
}

internal sealed record RestUsage(string MailboxId, string Address, long UsedBytes, long QuotaBytes);

internal sealed record RestJob(string Id, string Kind, string State, int Total, int Done, int Refused, string? Fault, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    public static RestJob Of(Job job) => new(
        job.Id.Value, job.Kind.ToString().ToConstantCase(), job.State.ToString().ToConstantCase(), job.Total, job.Done, job.Refused, job.Fault, job.CreatedAt, job.FinishedAt);
}

internal sealed record RestDomainCreate(string CustomerId, string Name);

internal sealed record RestMailboxCreate(string DomainId, string LocalPart, string Password, long? QuotaBytes = null);

internal sealed record RestPassword(string Password);

internal sealed record RestAliasCreate(string DomainId, string LocalPart, IReadOnlyList<string> Targets, bool IsForward = false);

internal sealed record RestTargets(IReadOnlyList<string> Targets);
