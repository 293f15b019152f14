using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Mailboxes;

public sealed record DeleteMailbox(CustomerId CustomerId, MailboxId MailboxId);

public sealed class DeleteMailboxHandler(TenantSessions sessions, TimeProvider clock)
{
    public static Outcome<MailboxDeleted> Decide(SubtreePath? place, Mailbox? mailbox, Actor actor, DateTimeOffset now) =>
        actor.FindRefusal(Right.DeleteMailbox, mailbox is { IsDeleted: false } ? place : null, "mailboxId", "mailbox") is { } refusal
            ? Outcome<MailboxDeleted>.Refused(refusal)
            : Outcome<MailboxDeleted>.Accepted(new MailboxDeleted(mailbox!.Id, actor.Login, now));

    public async Task<Outcome<Mailbox>> HandleAsync(DeleteMailbox command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.MailboxId, cancellationToken);
        Loaded<Mailbox>? mailbox = await session.FoldStreamAsync<Mailbox>(command.MailboxId.Value, cancellationToken);
        Outcome<MailboxDeleted> decided = Decide(place, mailbox?.State, actor, clock.GetUtcNow());
        if (decided.Value is not { } deleted || mailbox is null)
            return Outcome<Mailbox>.Refused(decided.Refusals);

        Queue(session, mailbox, place!.Value, deleted, actor);
        await DeleteForwardAsync(session, mailbox.State, place.Value, actor, deleted.At, cancellationToken);
        PoolCharge charge = new();
        if (await FleetPlaces.IsListedAsync(session, mailbox.State.Id, cancellationToken)) // a released domain has given back for all its mailboxes
            charge.RemoveMailbox(place.Value, mailbox.State.QuotaBytes);
        await PoolTable.SettleAsync(session, charge, actor, cancellationToken); // giving back is never refused
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Mailbox>.Accepted(Mailbox.Apply(mailbox.State, deleted)!)
            : Outcome<Mailbox>.Refused(Concurrency.Refusal("mailboxId"));
    }

    /// <summary>Takes the mailbox away, a password that waits for its cell, and writes it down. Pools are the caller's.</summary>
    internal static void Queue(IDocumentSession session, Loaded<Mailbox> mailbox, SubtreePath place, MailboxDeleted deleted, Actor actor)
    {
        session.Events.Append(mailbox.State.Id.Value, mailbox.Version + 1, deleted);
        SealedCommandTable.Delete(session, mailbox.State.Id);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.MailboxDeleted, deleted.Mailbox.Value, place, Before: new { mailbox.State.Address, mailbox.State.QuotaBytes }), deleted.At);
    }

    // A forward goes before its mailbox; left alone it would go on as an alias that nobody asked for.
    private static async Task DeleteForwardAsync(
        IDocumentSession session, Mailbox mailbox, SubtreePath place, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AddressHolders holders = await AddressBook.LockNameAsync(session, mailbox.Domain, mailbox.LocalPart, cancellationToken);
        if (holders.Alias is { } id && await session.FoldStreamAsync<Alias>(id.Value, cancellationToken) is { } forward)
            DeleteAliasHandler.Delete(session, forward, new AliasDeleted(id, actor.Login, now), place, actor);
    }
}
