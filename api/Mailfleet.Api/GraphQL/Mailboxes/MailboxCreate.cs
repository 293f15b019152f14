using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Mailboxes;

internal sealed record MailboxCreateInput(string DomainId, string LocalPart, string Password, long? QuotaBytes);

internal sealed class MailboxCreateInputType : InputObjectGraphType<MailboxCreateInput>
{
    public MailboxCreateInputType()
    {
        Name = "MailboxCreateInput";
        Field<NonNullGraphType<IdGraphType>>("domainId");
        Field<NonNullGraphType<StringGraphType>>("localPart");
        Field<NonNullGraphType<StringGraphType>>("password");
        Field<LongGraphType>("quotaBytes").Description("What the plan gives when absent.");
    }
}

internal sealed class MailboxCreatePayloadType : PayloadType<MailboxRow>
{
    public MailboxCreatePayloadType() : base("MailboxCreatePayload") => Field<MailboxType>("mailbox").Resolve(context => context.Source.Value);
}

internal static class MailboxCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) => await RunAsync(context, context.GetArgument<MailboxCreateInput>("input"));

    public static async Task<Payload<MailboxRow>> RunAsync(IResolveFieldContext context, MailboxCreateInput input)
    {
        FleetLists lists = context.Service<FleetLists>();
        DomainRow? domain = DomainId.TryParse(input.DomainId, out DomainId id)
            ? await lists.Domains.FindAsync(context.Actor(), id, context.CancellationToken)
            : null;
        if (domain is null)
            return Payload<MailboxRow>.Refused(new Refusal(ErrorCode.NotFound, "domainId", "There is no such domain."));

        var command = new CreateMailbox(domain.Customer, domain.Id, input.LocalPart, input.Password, input.QuotaBytes);
        Outcome<Mailbox> outcome = await context.Service<CreateMailboxHandler>().HandleAsync(command, context.Actor(), context.CancellationToken);
        return outcome.Value is { } mailbox
            ? Payload<MailboxRow>.Accepted((await lists.Mailboxes.FindAsync(context.Actor(), mailbox.Id, context.CancellationToken))!)
            : Payload<MailboxRow>.Refused(outcome.Refusals);
    }
}
