using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Mailboxes;

/// <summary>A mailbox whose password has been hashed already; the address has been checked to be one.</summary>
internal sealed record NewMailbox(DomainId Domain, string LocalPart, string PasswordHash, long? QuotaBytes);

/// <summary>Many mailboxes of one customer in one transaction, each decided like one alone. For imports.</summary>
internal sealed class CreateMailboxesHandler(TenantSessions sessions, CreateMailboxHandler one, TenancyOptions options, TimeProvider clock)
{
    /// <param name="alongside">Runs before the save, in its transaction.</param>
    /// <returns>One outcome for each, in their order.</returns>
    public async Task<IReadOnlyList<Outcome<Mailbox>>> HandleAsync(
        CustomerId customer, IReadOnlyList<NewMailbox> mailboxes, Actor actor, Action<IDocumentSession, IReadOnlyList<Outcome<Mailbox>>> alongside,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(customer, actor, cancellationToken);
        HashSet<(DomainId, string)> taken = await AddressBook.LockAllAsync(session, [.. mailboxes.Select(m => (m.Domain, m.LocalPart))], cancellationToken);
        Dictionary<DomainId, (SubtreePath? Place, Domain? Domain)> domains = [];
        foreach (DomainId id in mailboxes.Select(m => m.Domain).Distinct())
            domains[id] = (await FleetPlaces.FindAsync(session, id, cancellationToken), (await session.FoldStreamAsync<Domain>(id.Value, cancellationToken))?.State);

        List<Outcome<Mailbox>> outcomes = new(mailboxes.Count);
        foreach (NewMailbox mailbox in mailboxes)
        {
            (SubtreePath? place, Domain? domain) = domains[mailbox.Domain];
            Outcome<CreateMailboxStart> decided = CreateMailboxHandler.Decide(
                place, domain, taken.Contains((mailbox.Domain, mailbox.LocalPart)),
                new CreateMailbox(customer, mailbox.Domain, mailbox.LocalPart, Password: "", mailbox.QuotaBytes), MailboxId.New(now), options.DefaultQuotaBytes,
                actor, now);
            if (decided.Value is { } start)
            {
                taken.Add((mailbox.Domain, mailbox.LocalPart));
                outcomes.Add(Outcome<Mailbox>.Accepted(one.Start(session, start, mailbox.PasswordHash, place!.Value, actor)));
            }
            else
            {
                outcomes.Add(Outcome<Mailbox>.Refused(decided.Refusals));
            }
        }

        alongside(session, outcomes);
        await session.SaveChangesAsync(cancellationToken);
        return outcomes;
    }
}
