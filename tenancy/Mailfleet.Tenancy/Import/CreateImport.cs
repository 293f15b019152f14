using System.Text;
using System.Text.Json;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Import;

/// <summary>Reads a file and says what would become of it, row by row. Nothing is made until the job is started.</summary>
public sealed record CreateImport(JobKind Kind, string Csv);

public sealed class CreateImportHandler
{
    private readonly TenantSessions _sessions;
    private readonly ImportFacts _facts;
    private readonly SealingKeys _keys;
    private readonly TimeProvider _clock;

    internal CreateImportHandler(TenantSessions sessions, ImportFacts facts, SealingKeys keys, TimeProvider clock) =>
        (_sessions, _facts, _keys, _clock) = (sessions, facts, keys, clock);

    public async Task<Outcome<Job>> HandleAsync(CreateImport command, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.FindRefusal(Right.RunImports, actor.Place, "kind", "node") is { } refusal)
            return Outcome<Job>.Refused(refusal);
        if (!ImportFile.TryRead(command.Kind, command.Csv, out IReadOnlyList<ImportLine>? lines, out string? fault))
            return Outcome<Job>.Refused(new Refusal(ErrorCode.Invalid, "csv", fault));

        DateTimeOffset now = _clock.GetUtcNow();
        var id = JobId.New(now);
        IReadOnlyList<NewJobRow> rows = await PreviewAsync(id, command.Kind, lines, actor, cancellationToken);
        var job = new Job(
            id, actor.Place.Node, actor.Place, actor.Login, command.Kind, JobState.Ready, rows.Count, Done: 0, rows.Count(row => row.Error is not null),
            Fault: null, now, FinishedAt: null)
        {
            Maker = JobMaker.Of(actor).Write(),
        };

        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        await ImportJobTable.InsertAsync(session, job, rows, cancellationToken);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.JobCreated, id.Value, job.Path, After: new { job.Kind, job.Total }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Job>.Accepted(job);
    }

    internal static byte[] AssociatedData(JobId job, int line) => Encoding.UTF8.GetBytes($"tenancy.import_row/{job}/{line}");

    private async Task<IReadOnlyList<NewJobRow>> PreviewAsync(
        JobId job, JobKind kind, IReadOnlyList<ImportLine> lines, Actor actor, CancellationToken cancellationToken)
    {
        List<(ImportLine Line, ImportRow? Row, string? Secret, JobError? Error)> parsed = new(lines.Count);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ImportLine line in lines)
        {
            ImportRow? row = ImportRow.Parse(kind, line, out string? secret, out JobError? error);
            if (row is not null && !names.Add(row.Name))
                error = new JobError(line.Line, ErrorCode.Conflict, kind == JobKind.ImportDomains ? "name" : "address", "An earlier row of this file is the same.");
            parsed.Add((line, row, secret, error));
        }

        IReadOnlyDictionary<string, JobError> known = await _facts.FindRefusalsAsync(
            kind, [.. parsed.Where(p => p.Error is null).Select(p => (p.Line.Line, p.Row!))], actor, cancellationToken);
        return [.. parsed.Select(p => ToRow(job, p.Line, p.Row, p.Secret, p.Error ?? (p.Row is null ? null : known.GetValueOrDefault(p.Row.Name))))];
    }

    private NewJobRow ToRow(JobId job, ImportLine line, ImportRow? row, string? secret, JobError? error) => new(
        line.Line,
        row is null ? "{}" : JsonSerializer.Serialize(row, JsonSerializerOptions.Web),
        error is null && secret is not null ? _keys.Seal(Encoding.UTF8.GetBytes(secret), AssociatedData(job, line.Line)) : null,
        error);
}
