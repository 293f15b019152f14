using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Import;

/// <summary>
/// Does rows of a file by the use cases that a single change goes through. A row is marked done in the transaction that does it, so nothing is done twice
/// and nothing is left out, wherever a process dies.
/// </summary>
internal sealed class ImportRows(
    ImportLookup lookup, CreateDomainHandler domains, CreateMailboxesHandler mailboxes, CreateAliasHandler aliases, ImportJobTable table, SealingKeys keys)
{
    private const int Batch = 100;  // mailboxes of one transaction: large enough that a commit is cheap, small enough that its locks are short
    private static readonly int Workers = Math.Max(2, Environment.ProcessorCount);

    public Task RunAsync(Job job, IReadOnlyList<WaitingRow> page, Actor actor, CancellationToken cancellationToken) => job.Kind switch
    {
        JobKind.ImportDomains => EachAsync(job, page, (row, token) => DomainAsync(job, row, actor, token), cancellationToken),
        JobKind.ImportMailboxes => MailboxesAsync(job, page, actor, cancellationToken),
        _ => EachAsync(job, page, (row, token) => AliasAsync(job, row, actor, token), cancellationToken),
    };

    private Task EachAsync(Job job, IReadOnlyList<WaitingRow> page, Func<WaitingRow, CancellationToken, ValueTask> run, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            page, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                if (await table.IsRunningAsync(job.Id, token))
                    await run(row, token);
            });

    private async ValueTask DomainAsync(Job job, WaitingRow waiting, Actor actor, CancellationToken cancellationToken)
    {
        ImportRow row = Read(waiting);
        Outcome<Domain> outcome = await domains.HandleAsync(
            new CreateDomain(CustomerId.Parse(row.Customer!), row.Name), actor,
            (session, domain) => ImportJobTable.RecordDone(session, job.Id, [(waiting.Line, domain.Id.Value)]), cancellationToken);
        await RefuseAsync(job, waiting.Line, outcome.Refusals, "name", cancellationToken);
    }

    private async ValueTask AliasAsync(Job job, WaitingRow waiting, Actor actor, CancellationToken cancellationToken)
    {
        ImportRow row = Read(waiting);
        if (!(await lookup.FindDomainsAsync(actor, [row.Domain], cancellationToken)).TryGetValue(row.Domain, out DomainPlace? domain))
        {
            await RefuseAsync(job, waiting.Line, [NoDomain], "address", cancellationToken);
            return;
        }

        Outcome<Alias> outcome = await aliases.HandleAsync(
            new CreateAlias(domain.Customer, domain.Id, row.LocalPart, row.Targets!, row.IsForward), actor,
            (session, alias) => ImportJobTable.RecordDone(session, job.Id, [(waiting.Line, alias.Id.Value)]), cancellationToken);
        await RefuseAsync(job, waiting.Line, outcome.Refusals, "address", cancellationToken);
    }

    private async Task MailboxesAsync(Job job, IReadOnlyList<WaitingRow> page, Actor actor, CancellationToken cancellationToken)
    {
        (WaitingRow Waiting, ImportRow Row)[] rows = [.. page.Select(waiting => (waiting, Read(waiting)))];
        IReadOnlyDictionary<string, DomainPlace> places = await lookup.FindDomainsAsync(actor, [.. rows.Select(row => row.Row.Domain).Distinct()], cancellationToken);
        foreach ((WaitingRow waiting, _) in rows.Where(row => !places.ContainsKey(row.Row.Domain)))
            await RefuseAsync(job, waiting.Line, [NoDomain], "address", cancellationToken);

        var batches = rows.Where(row => places.ContainsKey(row.Row.Domain))
            .GroupBy(row => places[row.Row.Domain].Customer)
            .SelectMany(customer => customer.Chunk(Batch).Select(chunk => (Customer: customer.Key, Rows: chunk)));
        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (batch, token) =>
            {
                if (await table.IsRunningAsync(job.Id, token)) // somebody may have paused it since the page was read
                    await MailboxBatchAsync(job, batch.Customer, batch.Rows, places, actor, token);
            });
    }

    private async Task MailboxBatchAsync(
        Job job, CustomerId customer, (WaitingRow Waiting, ImportRow Row)[] rows, IReadOnlyDictionary<string, DomainPlace> places, Actor actor,
        CancellationToken cancellationToken)
    {
        NewMailbox[] wanted = [.. rows.Select(row => new NewMailbox(places[row.Row.Domain].Id, row.Row.LocalPart, HashOf(job, row.Waiting), row.Row.QuotaBytes))];
        IReadOnlyList<Outcome<Mailbox>>? outcomes = await mailboxes.HandleAsync(
            customer, wanted, actor,
            (session, made) => ImportJobTable.RecordDone(
                session, job.Id, [.. made.Index().Where(one => one.Item.IsAccepted).Select(one => (rows[one.Index].Waiting.Line, one.Item.Value!.Id.Value))]),
            cancellationToken);
        if (outcomes is null)
        {
            // What still fits is made, in the order of the file.
            await MailboxBatchAsync(job, customer, rows[..(rows.Length / 2)], places, actor, cancellationToken);
            await MailboxBatchAsync(job, customer, rows[(rows.Length / 2)..], places, actor, cancellationToken);
            return;
        }

        await table.RecordRefusedAsync(
            job.Id,
            [.. outcomes.Index().Where(one => !one.Item.IsAccepted).Select(one => ErrorOf(rows[one.Index].Waiting.Line, one.Item.Refusals[0], "address"))],
            cancellationToken);
    }

    // A row without a password makes a mailbox that nobody can log in to until one is set.
    private string HashOf(Job job, WaitingRow row)
    {
        if (row.Sealed is null)
            return PasswordHash.CreateUnmatchable();
        byte[] opened = keys.Open(row.Sealed, CreateImportHandler.AssociatedData(job.Id, row.Line));
        string secret = Encoding.UTF8.GetString(opened);
        CryptographicOperations.ZeroMemory(opened);
        return PasswordHash.IsAcceptable(secret) ? secret : PasswordHash.Create(secret);
    }

    private Task RefuseAsync(Job job, int line, IReadOnlyList<Refusal> refusals, string column, CancellationToken cancellationToken) =>
        table.RecordRefusedAsync(job.Id, [.. refusals.Take(1).Select(refusal => ErrorOf(line, refusal, column))], cancellationToken);

    // A use case names its command's fields; the file has columns.
    private static JobError ErrorOf(int line, Refusal refusal, string column) => new(line, refusal.Code, refusal.Field switch
    {
        "targets" => "targets",
        "quotaBytes" => "quota_bytes",
        "customerId" => "customer_id",
        _ => column,
    }, refusal.Message);

    private static Refusal NoDomain => new(ErrorCode.NotFound, "address", "There is no such domain.");

    private static ImportRow Read(WaitingRow row) =>
        JsonSerializer.Deserialize<ImportRow>(row.Data, JsonSerializerOptions.Web) ?? throw new InvalidOperationException($"Line {row.Line} is empty.");
}
