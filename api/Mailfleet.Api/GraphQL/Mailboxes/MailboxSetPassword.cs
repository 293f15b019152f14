using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Mailboxes;

internal sealed record MailboxSetPasswordInput(string MailboxId, string Password);

internal sealed class MailboxSetPasswordInputType : InputObjectGraphType<MailboxSetPasswordInput>
{
    public MailboxSetPasswordInputType()
    {
        Name = "MailboxSetPasswordInput";
        Field<NonNullGraphType<IdGraphType>>("mailboxId");
        Field<NonNullGraphType<StringGraphType>>("password");
    }
}

internal sealed class MailboxSetPasswordPayloadType : PayloadType<MailboxRow>
{
    public MailboxSetPasswordPayloadType() : base("MailboxSetPasswordPayload") => Field<MailboxType>("mailbox").Resolve(context => context.Source.Value);
}

internal static class MailboxSetPassword
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        MailboxSetPasswordInput input = context.GetArgument<MailboxSetPasswordInput>("input");
        if (await MailboxLookup.FindAsync(context, input.MailboxId) is not { } row)
            return Payload<MailboxRow>.Refused(MailboxLookup.NotFound);

        var command = new SetMailboxPassword(row.Customer, row.Id, input.Password);
        Outcome<Mailbox> outcome = await context.Service<SetMailboxPasswordHandler>().HandleAsync(command, context.Actor(), context.CancellationToken);
        return outcome.Value is { } mailbox
            ? Payload<MailboxRow>.Accepted((await context.Service<FleetLists>().Mailboxes.FindAsync(context.Actor(), mailbox.Id, context.CancellationToken))!)
            : Payload<MailboxRow>.Refused(outcome.Refusals);
    }
}
