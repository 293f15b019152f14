using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Mailboxes;

namespace Mailfleet.Api.GraphQL.Mailboxes;

internal sealed record MailboxDeleteInput(string MailboxId);

internal sealed class MailboxDeleteInputType : InputObjectGraphType<MailboxDeleteInput>
{
    public MailboxDeleteInputType()
    {
        Name = "MailboxDeleteInput";
        Field<NonNullGraphType<IdGraphType>>("mailboxId");
    }
}

internal sealed class MailboxDeletePayloadType : PayloadType<Mailbox>
{
    public MailboxDeletePayloadType() : base("MailboxDeletePayload") =>
        Field<IdGraphType>("deletedMailboxId").Resolve(context => context.Source.Value?.Id.Value);
}

internal static class MailboxDelete
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) => await RunAsync(context, context.GetArgument<MailboxDeleteInput>("input"));

    public static async Task<Payload<Mailbox>> RunAsync(IResolveFieldContext context, MailboxDeleteInput input)
    {
        if (await MailboxLookup.FindAsync(context, input.MailboxId) is not { } row)
            return Payload<Mailbox>.Refused(MailboxLookup.NotFound);

        Outcome<Mailbox> outcome = await context.Service<DeleteMailboxHandler>()
            .HandleAsync(new DeleteMailbox(row.Customer, row.Id), context.Actor(), context.CancellationToken);
        return outcome.Value is { } mailbox ? Payload<Mailbox>.Accepted(mailbox) : Payload<Mailbox>.Refused(outcome.Refusals);
    }
}
