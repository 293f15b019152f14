using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Aliases;
using Mailfleet.Api.GraphQL.Audit;
using Mailfleet.Api.GraphQL.Bulk;
using Mailfleet.Api.GraphQL.Customers;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Entitlements;
using Mailfleet.Api.GraphQL.Events;
using Mailfleet.Api.GraphQL.Fleet;
using Mailfleet.Api.GraphQL.Jobs;
using Mailfleet.Api.GraphQL.Lifecycle;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Api.GraphQL.People;
using Mailfleet.Api.GraphQL.Plans;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Api.GraphQL.Support;
using Mailfleet.Api.GraphQL.Tokens;
using Mailfleet.Api.GraphQL.Viewers;
using Mailfleet.Api.GraphQL.Webhooks;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL;

/// <summary>The schema, printed in schema.graphql. Later releases add to it and never change what is there.</summary>
internal sealed class MailfleetSchema : Schema
{
    public MailfleetSchema()
    {
        Query = new QueryType();
        Mutation = new MutationType();
    }
}

internal sealed class QueryType : ObjectGraphType
{
    public QueryType()
    {
        Name = "Query";
        Field<NonNullGraphType<ViewerType>>("viewer").Resolve(context => context.Actor());
        Field<NodeInterface>("node").Description("Any object by its id; null when there is none.")
            .Argument<NonNullGraphType<IdGraphType>>("id")
            .ResolveAsync(ReadNodeAsync);
        Field<NonNullGraphType<CustomerConnectionType>>("customers").Arguments(ConnectionArguments.Sorted(CustomerFilterType.Argument))
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Customers, CustomerFilterType.Read(context)));
        Field<NonNullGraphType<DomainConnectionType>>("domains").Arguments(ConnectionArguments.Sorted(DomainFilterType.Argument))
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Domains, DomainFilterType.Read(context)));
        Field<NonNullGraphType<MailboxConnectionType>>("mailboxes").Arguments(ConnectionArguments.Sorted(MailboxFilterType.Argument))
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Mailboxes, MailboxFilterType.Read(context)));
        Field<NonNullGraphType<AliasConnectionType>>("aliases").Arguments(ConnectionArguments.Sorted(AliasFilterType.Argument))
            .Description("Aliases, groups, forwards and catch-alls.")
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Aliases, AliasFilterType.Read(context)));
        Field<NonNullGraphType<JobConnectionType>>("jobs").Arguments(ConnectionArguments.Sorted(JobFilterType.Argument))
            .Description("Imports made at the caller's place and below.")
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Jobs, JobFilterType.Read(context)));
        Field<NonNullGraphType<WebhookConnectionType>>("webhooks").Arguments(ConnectionArguments.Sorted(WebhookFilterType.Argument))
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Webhooks, WebhookFilterType.Read(context)));
        Field<NonNullGraphType<EventPageType>>("events").Arguments(EventFields.Arguments)
            .Description("What happens at the caller's place and below, oldest first. Nothing ever appears behind a cursor that has been given out.")
            .ResolveAsync(EventFields.ResolveAsync);
        Field<NonNullGraphType<PersonConnectionType>>("people").Arguments(ConnectionArguments.Sorted(PersonFilterType.Argument))
            .Description("Who runs things at the caller's place and below.")
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().People, PersonFilterType.Read(context)));
        Field<NonNullGraphType<TokenConnectionType>>("tokens").Arguments(ConnectionArguments.Sorted(TokenFilterType.Argument))
            .Description("Tokens that reach to the caller's place or below it.")
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Tokens, TokenFilterType.Read(context)));
        Field<NonNullGraphType<AuditEventConnectionType>>("auditEvents").Arguments(ConnectionArguments.With(AuditEventFilterType.Argument))
            .Description("What was done at the caller's place and below, oldest first; `last` gives the newest.")
            .ResolveAsync(AuditEvents.ResolveAsync);
        Field<NonNullGraphType<PlanConnectionType>>("plans").Arguments(ConnectionArguments.With(PlanFilterType.Argument))
            .Description("Plans of the caller's node and below.")
            .ResolveAsync(context => context.ResolvePageAsync(context.Service<FleetLists>().Plans, PlanFilterType.Read(context)));
        Field<NonNullGraphType<LifecycleForecastType>>("lifecycleForecast").Arguments(new QueryArguments(LifecycleForecasts.Days))
            .Description("What the next days would do to customers, if nobody did anything.")
            .ResolveAsync(LifecycleForecasts.ResolveAsync);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<CellType>>>>("cells").Description("For operators.").ResolveAsync(Cells.ResolveAsync);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RecurringJobType>>>>("recurringJobs").Description("For operators.").ResolveAsync(RecurringJobs.ResolveAsync);
        Field<ListGraphType<NonNullGraphType<EntitlementType>>>("entitlements").Arguments(new QueryArguments(EntitlementFields.Argument))
            .Description("What a node may hold, a row a kind; null when there is no such node.")
            .ResolveAsync(EntitlementFields.ResolveAsync);
    }

    private static async Task<object?> ReadNodeAsync(IResolveFieldContext context)
    {
        string id = context.GetArgument<string>("id");
        FleetLists lists = context.Service<FleetLists>();
        if (CustomerId.TryParse(id, out CustomerId customer))
            return await lists.Customers.FindAsync(context.Actor(), customer, context.CancellationToken);
        if (DomainId.TryParse(id, out DomainId domain))
            return await lists.Domains.FindAsync(context.Actor(), domain, context.CancellationToken);
        if (MailboxId.TryParse(id, out MailboxId mailbox))
            return await lists.Mailboxes.FindAsync(context.Actor(), mailbox, context.CancellationToken);
        if (AliasId.TryParse(id, out AliasId alias))
            return await lists.Aliases.FindAsync(context.Actor(), alias, context.CancellationToken);
        if (JobId.TryParse(id, out JobId job))
            return await lists.Jobs.FindAsync(context.Actor(), job, context.CancellationToken);
        if (WebhookId.TryParse(id, out WebhookId webhook))
            return await lists.Webhooks.FindAsync(context.Actor(), webhook, context.CancellationToken);
        if (PersonId.TryParse(id, out PersonId person))
            return await lists.People.FindAsync(context.Actor(), person, context.CancellationToken);
        if (PlanId.TryParse(id, out PlanId plan))
            return await lists.Plans.FindAsync(context.Actor(), plan, context.CancellationToken);
        return TokenId.TryParse(id, out TokenId token)
            ? await lists.Tokens.FindAsync(context.Actor(), token, context.CancellationToken)
            : null;
    }
}

internal sealed class MutationType : ObjectGraphType
{
    public MutationType()
    {
        Name = "Mutation";
        Field<NonNullGraphType<CustomerCreatePayloadType>>("customerCreate").Argument<NonNullGraphType<CustomerCreateInputType>>("input")
            .ResolveAsync(CustomerCreate.ResolveAsync);
        Field<NonNullGraphType<DomainCreatePayloadType>>("domainCreate").Argument<NonNullGraphType<DomainCreateInputType>>("input")
            .Description("With an operator's token the domain is vouched for and proven at once.")
            .ResolveAsync(DomainCreate.ResolveAsync);
        Field<NonNullGraphType<MailboxCreatePayloadType>>("mailboxCreate").Argument<NonNullGraphType<MailboxCreateInputType>>("input")
            .ResolveAsync(MailboxCreate.ResolveAsync);
        Field<NonNullGraphType<MailboxSetPasswordPayloadType>>("mailboxSetPassword").Argument<NonNullGraphType<MailboxSetPasswordInputType>>("input")
            .ResolveAsync(MailboxSetPassword.ResolveAsync);
        Field<NonNullGraphType<MailboxDeletePayloadType>>("mailboxDelete").Argument<NonNullGraphType<MailboxDeleteInputType>>("input")
            .ResolveAsync(MailboxDelete.ResolveAsync);
        Field<NonNullGraphType<LimitSetPayloadType>>("limitSet").Argument<NonNullGraphType<LimitSetInputType>>("input")
            .Description("By whoever stands above the node.")
            .ResolveAsync(LimitSet.ResolveAsync);
        Field<NonNullGraphType<DomainCheckPayloadType>>("domainCheck").Argument<NonNullGraphType<DomainCheckInputType>>("input")
            .Description("Has its DNS looked at; `dns` shows the verdicts within seconds.")
            .ResolveAsync(DomainCheck.ResolveAsync);
        AddPlans();
        AddAliases();
        AddBulk();
        AddJobs();
        AddWebhooks();
        AddPeople();
    }

    private void AddAliases()
    {
        Field<NonNullGraphType<AliasCreatePayloadType>>("aliasCreate").Argument<NonNullGraphType<AliasCreateInputType>>("input")
            .ResolveAsync(AliasCreate.ResolveAsync);
        Field<NonNullGraphType<AliasSetTargetsPayloadType>>("aliasSetTargets").Argument<NonNullGraphType<AliasSetTargetsInputType>>("input")
            .ResolveAsync(AliasSetTargets.ResolveAsync);
        Field<NonNullGraphType<AliasDeletePayloadType>>("aliasDelete").Argument<NonNullGraphType<AliasDeleteInputType>>("input")
            .ResolveAsync(AliasDelete.ResolveAsync);
    }

    private void AddBulk()
    {
        Field<NonNullGraphType<DomainBulkCreatePayloadType>>("domainBulkCreate").Argument<NonNullGraphType<DomainBulkCreateInputType>>("input")
            .ResolveAsync(DomainBulkCreate.ResolveAsync);
        Field<NonNullGraphType<MailboxBulkCreatePayloadType>>("mailboxBulkCreate").Argument<NonNullGraphType<MailboxBulkCreateInputType>>("input")
            .ResolveAsync(MailboxBulkCreate.ResolveAsync);
        Field<NonNullGraphType<AliasBulkCreatePayloadType>>("aliasBulkCreate").Argument<NonNullGraphType<AliasBulkCreateInputType>>("input")
            .ResolveAsync(AliasBulkCreate.ResolveAsync);
        Field<NonNullGraphType<MailboxBulkDeletePayloadType>>("mailboxBulkDelete").Argument<NonNullGraphType<MailboxBulkDeleteInputType>>("input")
            .ResolveAsync(MailboxBulkDelete.ResolveAsync);
        Field<NonNullGraphType<AliasBulkDeletePayloadType>>("aliasBulkDelete").Argument<NonNullGraphType<AliasBulkDeleteInputType>>("input")
            .ResolveAsync(AliasBulkDelete.ResolveAsync);
    }

    private void AddJobs()
    {
        Field<NonNullGraphType<ImportCreatePayloadType>>("importCreate").Argument<NonNullGraphType<ImportCreateInputType>>("input")
            .Description("Reads a file and says what would become of it; `jobStart` then does it.")
            .ResolveAsync(ImportCreate.ResolveAsync);
        Field<NonNullGraphType<JobStartPayloadType>>("jobStart").Argument<NonNullGraphType<JobStartInputType>>("input")
            .Description("Begin, or go on after a pause. By whoever made the job.")
            .ResolveAsync(JobStart.ResolveAsync);
        Field<NonNullGraphType<JobPausePayloadType>>("jobPause").Argument<NonNullGraphType<JobPauseInputType>>("input")
            .Description("What is under way is finished; the rest waits.")
            .ResolveAsync(JobPause.ResolveAsync);
        Field<NonNullGraphType<JobCancelPayloadType>>("jobCancel").Argument<NonNullGraphType<JobCancelInputType>>("input")
            .Description("What was done stays; the rest is forgotten.")
            .ResolveAsync(JobCancel.ResolveAsync);
    }

    private void AddWebhooks()
    {
        Field<NonNullGraphType<WebhookCreatePayloadType>>("webhookCreate").Argument<NonNullGraphType<WebhookCreateInputType>>("input")
            .Description("It is sent what happens from now on; what happened before is in `events`.")
            .ResolveAsync(WebhookCreate.ResolveAsync);
        Field<NonNullGraphType<WebhookDeletePayloadType>>("webhookDelete").Argument<NonNullGraphType<WebhookDeleteInputType>>("input")
            .ResolveAsync(WebhookDelete.ResolveAsync);
        Field<NonNullGraphType<WebhookRedeliverPayloadType>>("webhookRedeliver").Argument<NonNullGraphType<WebhookRedeliverInputType>>("input")
            .Description("The same event with the same id, once more.")
            .ResolveAsync(WebhookRedeliver.ResolveAsync);
    }

    private void AddPlans()
    {
        Field<NonNullGraphType<PlanCreatePayloadType>>("planCreate").Argument<NonNullGraphType<PlanCreateInputType>>("input")
            .ResolveAsync(PlanCreate.ResolveAsync);
        Field<NonNullGraphType<PlanChangePayloadType>>("planChange").Argument<NonNullGraphType<PlanChangeInputType>>("input")
            .Description("Reaches every plan that inherits from it and their customers; what is pinned for a customer stays.")
            .ResolveAsync(PlanChange.ResolveAsync);
        Field<NonNullGraphType<CustomerPlanSetPayloadType>>("customerPlanSet").Argument<NonNullGraphType<CustomerPlanSetInputType>>("input")
            .ResolveAsync(CustomerPlanSet.ResolveAsync);
        Field<NonNullGraphType<CustomerStageSetPayloadType>>("customerStageSet").Argument<NonNullGraphType<CustomerStageSetInputType>>("input")
            .Description("At once; on the wire within two seconds.")
            .ResolveAsync(CustomerStageSet.ResolveAsync);
        Field<NonNullGraphType<CustomerHoldPayloadType>>("customerHold").Argument<NonNullGraphType<CustomerHoldInputType>>("input")
            .Description("Stops time for the customer in whichever stage it is.")
            .ResolveAsync(CustomerHold.ResolveAsync);
        Field<NonNullGraphType<CustomerReleasePayloadType>>("customerRelease").Argument<NonNullGraphType<CustomerReleaseInputType>>("input")
            .Description("Time goes on; what is due by then is announced first.")
            .ResolveAsync(CustomerRelease.ResolveAsync);
    }

    private void AddPeople()
    {
        Field<NonNullGraphType<PersonCreatePayloadType>>("personCreate").Argument<NonNullGraphType<PersonCreateInputType>>("input")
            .ResolveAsync(PersonCreate.ResolveAsync);
        Field<NonNullGraphType<PersonSetRolePayloadType>>("personSetRole").Argument<NonNullGraphType<PersonSetRoleInputType>>("input")
            .ResolveAsync(PersonSetRole.ResolveAsync);
        Field<NonNullGraphType<PersonRemovePayloadType>>("personRemove").Argument<NonNullGraphType<PersonRemoveInputType>>("input")
            .Description("Their sessions and tokens end at once.")
            .ResolveAsync(PersonRemove.ResolveAsync);
        Field<NonNullGraphType<PersonPasswordLinkCreatePayloadType>>("personPasswordLinkCreate")
            .Argument<NonNullGraphType<PersonPasswordLinkCreateInputType>>("input")
            .ResolveAsync(PersonPasswordLinkCreate.ResolveAsync);
        Field<NonNullGraphType<PersonSecondFactorResetPayloadType>>("personSecondFactorReset")
            .Argument<NonNullGraphType<PersonSecondFactorResetInputType>>("input")
            .Description("For somebody who has lost phone and recovery codes; their sessions end.")
            .ResolveAsync(PersonSecondFactorReset.ResolveAsync);
        Field<NonNullGraphType<SessionEndPayloadType>>("sessionEnd").Argument<NonNullGraphType<SessionEndInputType>>("input")
            .ResolveAsync(SessionEnd.ResolveAsync);
        Field<NonNullGraphType<TokenCreatePayloadType>>("tokenCreate").Argument<NonNullGraphType<TokenCreateInputType>>("input")
            .ResolveAsync(TokenCreate.ResolveAsync);
        Field<NonNullGraphType<TokenRevokePayloadType>>("tokenRevoke").Argument<NonNullGraphType<TokenRevokeInputType>>("input")
            .Description("Tokens that it has made end with it.")
            .ResolveAsync(TokenRevoke.ResolveAsync);
        Field<NonNullGraphType<SupportConsentSetPayloadType>>("supportConsentSet").Argument<NonNullGraphType<SupportConsentSetInputType>>("input")
            .Description("By the customer's own people alone.")
            .ResolveAsync(SupportConsentSet.ResolveAsync);
        Field<NonNullGraphType<SupportAccessStartPayloadType>>("supportAccessStart").Argument<NonNullGraphType<SupportAccessStartInputType>>("input")
            .Description("Take a customer's place for a while. It opens no mail, and everything done with it stands in the audit.")
            .ResolveAsync(SupportAccessStart.ResolveAsync);
    }
}
