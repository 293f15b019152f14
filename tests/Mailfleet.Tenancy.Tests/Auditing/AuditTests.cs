using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.SignUps;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Tests.People;

namespace Mailfleet.Tenancy.Tests.Auditing;

public sealed class AuditTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task TheLifeOfAMailboxCanBeToldFromTheAudit()
    {
        Actor actor = Host.Operator with { Source = "192.0.2.8" };
        Domain domain = await Host.CreateDomainAsync(people.Customer, "audited.example");
        Mailbox mailbox = TenancyHost.Accepted(await Host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(domain.Customer, domain.Id, "ann", "correct horse", 1000), actor, TenancyHost.Soon()));
        Host.Clock.Advance(TimeSpan.FromSeconds(1));
        TenancyHost.Accepted(await Host.Get<SetMailboxPasswordHandler>().HandleAsync(
            new SetMailboxPassword(domain.Customer, mailbox.Id, "another horse"), actor, TenancyHost.Soon()));
        Host.Clock.Advance(TimeSpan.FromSeconds(1));
        TenancyHost.Accepted(await Host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(domain.Customer, mailbox.Id), actor, TenancyHost.Soon()));

        IReadOnlyList<AuditRow> rows = await ReadAsync(Host.Operator, new AuditFilter(ObjectId: mailbox.Id.Value));
        Assert.Equal(
            [
                (AuditAction.MailboxCreated, null, """{"address": "ann@audited.example", "quotaBytes": 1000}"""),
                (AuditAction.MailboxPasswordSet, null, null),
                (AuditAction.MailboxDeleted, """{"address": "ann@audited.example", "quotaBytes": 1000}""", null),
            ],
            rows.Select(row => (row.Action, row.Before, row.After)));
        Assert.All(rows, row => Assert.Equal(("operator token", Role.Operator, "192.0.2.8"), (row.Actor, row.Role, row.Source)));
    }

    [Fact]
    public async Task FiltersHoldTogether()
    {
        Customer customer = await Host.CreateCustomerAsync("Filtered");
        DateTimeOffset start = Host.Clock.GetUtcNow();
        await Host.CreateDomainAsync(customer, "one.filtered.example");
        Host.Clock.Advance(TimeSpan.FromHours(1));
        Domain second = await Host.CreateDomainAsync(customer, "two.filtered.example");
        Actor owner = Actor.Of("owner@people.example", Role.CustomerOwner, customer.Path);

        Assert.Equal(3, (await ReadAsync(owner, AuditFilter.None)).Count);
        Assert.Equal(2, (await ReadAsync(owner, new AuditFilter(Action: AuditAction.DomainCreated))).Count);
        Assert.Equal([second.Id.Value], (await ReadAsync(owner, new AuditFilter(Since: start.AddHours(1)))).Select(row => row.ObjectId));
        Assert.Equal(2, (await ReadAsync(owner, new AuditFilter(Before: start.AddHours(1)))).Count);
        Assert.Empty(await ReadAsync(owner, new AuditFilter(Action: AuditAction.DomainCreated, Actor: "somebody else")));
        Assert.Equal(2, await Host.Get<FleetAudit>().CountAsync(owner, new AuditFilter(Actor: "operator token", Action: AuditAction.DomainCreated), TenancyHost.Soon()));
    }

    [Fact]
    public async Task NobodyReadsAboutStrangers()
    {
        Customer other = await Host.CreateCustomerAsync("Stranger");
        Actor owner = Actor.Of("owner@people.example", Role.CustomerOwner, people.Customer.Path);
        Assert.DoesNotContain(other.Id.Value, (await ReadAsync(owner, AuditFilter.None)).Select(row => row.ObjectId));
        Assert.Empty(await ReadAsync(owner, new AuditFilter(ObjectId: other.Id.Value)));
        Assert.Empty(await ReadAsync(Actor.Of("admin@people.example", Role.CustomerAdmin, people.Customer.Path), AuditFilter.None)); // no right to it
    }

    [Fact]
    public async Task ASignUpIsTheVisitorsOwnDoing()
    {
        TenancyHost.Accepted(await Host.Get<ISignUps>().SignUpAsync(
            new SignUp("Audit Ltd", "trial", "audit.mailfleet.test", "boss", "correct horse", null, "en") { Source = "192.0.2.44" }, TenancyHost.Soon()));
        IReadOnlyList<AuditRow> rows = await ReadAsync(Host.Operator, new AuditFilter(Actor: "sign-up"));
        Assert.Equal(
            new[] { AuditAction.CustomerCreated, AuditAction.DomainCreated, AuditAction.MailboxCreated, AuditAction.PersonCreated },
            rows.Where(row => row.Source == "192.0.2.44").Select(row => row.Action).Order());
    }

    [Fact]
    public async Task WhatWasNotSavedLeavesNoEntry()
    {
        Domain domain = await Host.CreateDomainAsync(people.Customer, "race.example");
        Mailbox mailbox = await Host.CreateMailboxAsync(domain, "a");
        Outcome<Mailbox>[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Host.Get<DeleteMailboxHandler>().HandleAsync(
            new DeleteMailbox(domain.Customer, mailbox.Id), Host.Operator, TenancyHost.Soon())));
        Assert.Single(all, outcome => outcome.IsAccepted);
        Assert.Single(await ReadAsync(Host.Operator, new AuditFilter(ObjectId: mailbox.Id.Value, Action: AuditAction.MailboxDeleted)));
    }

    private TenancyHost Host => people.Host;

    private async Task<IReadOnlyList<AuditRow>> ReadAsync(Actor actor, AuditFilter filter) =>
        (await Host.Get<FleetAudit>().PageAsync(actor, new PageRequest(100), filter, TenancyHost.Soon())).Rows;
}
