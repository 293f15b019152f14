using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Import;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed record ImportCreateInput(JobKind Kind, string Csv);

internal sealed class ImportCreateInputType : InputObjectGraphType<ImportCreateInput>
{
    public ImportCreateInputType()
    {
        Name = "ImportCreateInput";
        Field<NonNullGraphType<JobKindType>>("kind");
        Field<NonNullGraphType<StringGraphType>>("csv").Description(
            "With a header. `IMPORT_DOMAINS`: name, customer_id. `IMPORT_MAILBOXES`: address, and password or password_hash (Argon2id in PHC form), quota_bytes; "
            + "without either nobody can log in until a password is set. `IMPORT_ALIASES`: address, targets (separated by spaces), forward. "
            + "Larger files than fit a request go to `POST /v1/imports`.");
    }
}

internal sealed class ImportCreatePayloadType : PayloadType<Job>
{
    public ImportCreatePayloadType() : base("ImportCreatePayload") => Field<JobType>("job").Resolve(context => context.Source.Value);
}

internal static class ImportCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        ImportCreateInput input = context.GetArgument<ImportCreateInput>("input");
        return Payload<Job>.Of(await context.Service<CreateImportHandler>()
            .HandleAsync(new CreateImport(input.Kind, input.Csv), context.Actor(), context.CancellationToken));
    }
}
