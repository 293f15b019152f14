using GraphQL.Types;
using Mailfleet.Tenancy.Plans;

namespace Mailfleet.Api.GraphQL.Plans;

internal sealed class PlanTermsType : ObjectGraphType<PlanTerms>
{
    public PlanTermsType()
    {
        Name = "PlanTerms";
        Description = "What a plan gives and how long stages last; null leaves it to the plan that is inherited from.";
        Field<LongGraphType>("mailboxQuotaBytes").Description("Size of a mailbox when none is asked for.")
            .Resolve(context => context.Source.MailboxQuotaBytes);
        Field<LongGraphType>("maxDomains")
            .Resolve(context => context.Source.MaxDomains);
        Field<LongGraphType>("maxMailboxes")
            .Resolve(context => context.Source.MaxMailboxes);
        Field<LongGraphType>("maxBytes").Description("Bytes of quota over all mailboxes.")
            .Resolve(context => context.Source.MaxBytes);
        Field<IntGraphType>("trialDays")
            .Resolve(context => context.Source.TrialDays);
        Field<IntGraphType>("pastDueDays")
            .Resolve(context => context.Source.PastDueDays);
        Field<IntGraphType>("sendingBlockedDays")
            .Resolve(context => context.Source.SendingBlockedDays);
        Field<IntGraphType>("accessBlockedDays")
            .Resolve(context => context.Source.AccessBlockedDays);
        Field<IntGraphType>("deferringDays")
            .Resolve(context => context.Source.DeferringDays);
        Field<IntGraphType>("rejectingDays")
            .Resolve(context => context.Source.RejectingDays);
        Field<IntGraphType>("exportOnlyDays")
            .Resolve(context => context.Source.ExportOnlyDays);
        Field<IntGraphType>("noticeDays").Description("How long before it the end of a stage is announced.")
            .Resolve(context => context.Source.NoticeDays);
        Field<StringGraphType>("refusalText").Description("What senders are told while mail is deferred or refused: printable ASCII.")
            .Resolve(context => context.Source.RefusalText);
    }
}

internal sealed class PlanTermsInputType : InputObjectGraphType<PlanTerms>
{
    public PlanTermsInputType()
    {
        Name = "PlanTermsInput";
        Description = "What is absent is left to the plan that is inherited from, and at last to the defaults.";
        Field<LongGraphType>("mailboxQuotaBytes").Description("Size of a mailbox when none is asked for.");
        Field<LongGraphType>("maxDomains");
        Field<LongGraphType>("maxMailboxes");
        Field<LongGraphType>("maxBytes").Description("Bytes of quota over all mailboxes.");
        Field<IntGraphType>("trialDays");
        Field<IntGraphType>("pastDueDays");
        Field<IntGraphType>("sendingBlockedDays");
        Field<IntGraphType>("accessBlockedDays");
        Field<IntGraphType>("deferringDays");
        Field<IntGraphType>("rejectingDays");
        Field<IntGraphType>("exportOnlyDays");
        Field<IntGraphType>("noticeDays").Description("How long before it the end of a stage is announced.");
        Field<StringGraphType>("refusalText").Description("What senders are told while mail is deferred or refused: printable ASCII.");
    }
}
