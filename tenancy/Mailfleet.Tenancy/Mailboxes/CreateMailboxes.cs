using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Mailboxes;

/// <summary>A mailbox whose password has been hashed already; the address has been checked to be one.</summary>
internal sealed record NewMailbox(DomainId Domain, string LocalPart, string PasswordHash, long? QuotaBytes);

/// <summary>Many mailboxes of one customer in one transaction, each decided like one alone. For imports.</summary>
internal sealed class CreateMailboxesHandler(TenantSessions sessions, CreateMailboxHandler one, TenancyOptions options, BusinessClock clock)
{
    /// <param name="alongside">Runs before the save, in its transaction.</param>
    /// <returns>One outcome for each, in their order. Null, and nothing done, when a pool has no room for all of them: fewer may fit.</returns>
    public async Task<IReadOnlyList<Outcome<Mailbox>>?> HandleAsync(
        CustomerId customer, IReadOnlyList<NewMailbox> mailboxes, Actor actor, Action<IDocumentSession, IReadOnlyList<Outcome<Mailbox>>> alongside,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(customer, actor, cancellationToken);
        HashSet<(DomainId, string)> taken = await AddressBook.LockAllAsync(session, [.. mailboxes.Select(m => (m.Domain, m.LocalPart))], cancellationToken);
        DomainId[] ids = [.. mailboxes.Select(m => m.Domain).Distinct()];
        IReadOnlyDictionary<DomainId, SubtreePath> places = await FleetPlaces.FindAsync(session, ids, cancellationToken);
        IReadOnlyDictionary<string, Domain> domains = await session.FoldStreamsAsync<Domain>([.. ids.Select(id => id.Value)], cancellationToken);

        long defaultQuota = (await PlanTable.TermsOfAsync(session, customer, cancellationToken)).MailboxQuotaBytes ?? options.DefaultQuotaBytes;
        PoolCharge charge = new();
        List<Outcome<Mailbox>> outcomes = new(mailboxes.Count);
        foreach (NewMailbox mailbox in mailboxes)
        {
            SubtreePath? place = places.TryGetValue(mailbox.Domain, out SubtreePath there) ? there : null;
            Outcome<CreateMailboxStart> decided = CreateMailboxHandler.Decide(
                place, domains.GetValueOrDefault(mailbox.Domain.Value), taken.Contains((mailbox.Domain, mailbox.LocalPart)),
                new CreateMailbox(customer, mailbox.Domain, mailbox.LocalPart, Password: "", mailbox.QuotaBytes), MailboxId.New(now), defaultQuota, actor, now);
            if (decided.Value is { } start)
            {
                taken.Add((mailbox.Domain, mailbox.LocalPart));
                outcomes.Add(Outcome<Mailbox>.Accepted(one.Start(session, start, mailbox.PasswordHash, place!.Value, actor)));
                charge.AddMailbox(place.Value, start.Created.QuotaBytes);
            }
            else
            {
                outcomes.Add(Outcome<Mailbox>.Refused(decided.Refusals));
            }
        }

        alongside(session, outcomes);
        if (await PoolTable.SettleAsync(session, charge, actor, cancellationToken) is { } full)
            return mailboxes.Count == 1 ? [Outcome<Mailbox>.Refused(full)] : null;
        await session.SaveChangesAsync(cancellationToken);
        return outcomes;
    }
}
