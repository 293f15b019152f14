using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Import;

/// <summary>What a preview can know: whose the domains are and which names are taken at this moment. The row itself decides once more when it is run.</summary>
internal sealed class ImportFacts(ImportLookup lookup)
{
    /// <summary>Errors by the row's name.</summary>
    public async Task<IReadOnlyDictionary<string, JobError>> FindRefusalsAsync(
        JobKind kind, IReadOnlyList<(int Line, ImportRow Row)> rows, Actor actor, CancellationToken cancellationToken)
    {
        Dictionary<string, JobError> errors = new(StringComparer.Ordinal);
        string column = kind == JobKind.ImportDomains ? "name" : "address";
        Right right = kind switch
        {
            JobKind.ImportDomains => Right.CreateDomain,
            JobKind.ImportMailboxes => Right.CreateMailbox,
            _ => Right.ManageAliases,
        };
        IReadOnlyDictionary<string, DomainPlace> domains = kind == JobKind.ImportDomains
            ? new Dictionary<string, DomainPlace>()
            : await lookup.FindDomainsAsync(actor, [.. rows.Select(row => row.Row.Domain).Distinct()], cancellationToken);
        IReadOnlySet<string> customers = kind == JobKind.ImportDomains
            ? await lookup.FindCustomersAsync(actor, [.. rows.Select(row => row.Row.Customer!).Distinct()], cancellationToken)
            : new HashSet<string>();
        IReadOnlyDictionary<string, bool> taken = await lookup.FindTakenAsync(kind, [.. rows.Select(row => row.Row.Name)], cancellationToken);
        foreach ((int line, ImportRow row) in rows)
        {
            if (Judge(row) is { } error)
                errors[row.Name] = error with { Line = line };
        }

        return errors;

        JobError? Judge(ImportRow row)
        {
            if (kind == JobKind.ImportDomains ? !customers.Contains(row.Customer!) : !domains.ContainsKey(row.Domain))
                return new JobError(0, ErrorCode.NotFound, kind == JobKind.ImportDomains ? "customer_id" : column,
                    kind == JobKind.ImportDomains ? "There is no such customer." : "There is no such domain.");
            if (!actor.May(right))
                return new JobError(0, ErrorCode.Forbidden, column, "Your role does not allow this here.");
            bool isMailbox = taken.TryGetValue(row.Name, out bool mailbox) && mailbox;
            if (kind == JobKind.ImportDomains)
                return taken.ContainsKey(row.Name) ? new JobError(0, ErrorCode.DomainTaken, column, "This domain name is taken.") : null;
            if (row.IsForward && isMailbox)
                return null;
            return taken.ContainsKey(row.Name) ? new JobError(0, ErrorCode.AddressTaken, column, "This address is taken.") : null;
        }
    }
}
