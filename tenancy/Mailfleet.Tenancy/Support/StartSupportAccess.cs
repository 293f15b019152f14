using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Support;

/// <summary>Somebody takes a customer's place for a while, with a reason that the customer can read.</summary>
public sealed record StartSupportAccess(CustomerId CustomerId, string Reason, int Minutes);

/// <param name="Secret">Shown once and kept nowhere.</param>
public sealed record StartSupportAccessResult(TokenRow Token, string Secret);

internal sealed class StartSupportAccessValidator : AbstractValidator<StartSupportAccess>
{
    private const int MinReason = 10;  // longer than "support"
    private const int MaxReason = 500;
    private const int MaxMinutes = 8 * 60; // a working day

    public StartSupportAccessValidator()
    {
        RuleFor(c => c.Reason).Must(reason => reason.Trim().Length is >= MinReason and <= MaxReason && !reason.Any(char.IsControl) && reason.IsNormalized())
            .WithMessage($"Say in {MinReason} to {MaxReason} characters of one line why.");
        RuleFor(c => c.Minutes).InclusiveBetween(1, MaxMinutes).WithMessage($"Between 1 and {MaxMinutes} minutes.");
    }
}

public sealed class StartSupportAccessHandler(TenantSessions sessions, TimeProvider clock)
{
    private readonly StartSupportAccessValidator _validator = new();

    /// <param name="allowedUntil">Null when the customer asks for no consent.</param>
    public static Outcome<TokenRow> Decide(
        SubtreePath? place, DateTimeOffset? allowedUntil, StartSupportAccess command, TokenId id, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.Impersonate, place, "customerId", "customer") is { } refusal)
            return Outcome<TokenRow>.Refused(refusal);
        if (actor.Token is not null)
            return Refuse(ErrorCode.Forbidden, "customerId", "A token does not stand in for anybody; a person does.");
        if (allowedUntil <= now)
            return Refuse(ErrorCode.ConsentNeeded, "customerId", "This customer wants to be asked first and has not consented.");

        DateTimeOffset wanted = now.AddMinutes(command.Minutes);
        DateTimeOffset expiresAt = allowedUntil is { } until && until < wanted ? until : wanted;
        return Outcome<TokenRow>.Accepted(new TokenRow(
            id, NodeId.Of(command.CustomerId), place!.Value, "Support access", RoleRights.ForStandIn, [], actor.Person, now, expiresAt, UsedAt: null,
            command.Reason.Trim(), command.CustomerId));
    }

    public async Task<Outcome<StartSupportAccessResult>> HandleAsync(StartSupportAccess command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<StartSupportAccessResult>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.CustomerId, cancellationToken);
        DateTimeOffset? allowedUntil = await SupportConsentTable.HoldAsync(session, command.CustomerId, cancellationToken);
        Outcome<TokenRow> decided = Decide(place, allowedUntil, command, TokenId.New(now), actor, now);
        if (decided.Value is not { } token)
            return Outcome<StartSupportAccessResult>.Refused(decided.Refusals);

        string secret = SecretPrefix + SecretToken.New();
        TokenTable.Insert(session, token, secret, parent: null);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.SupportAccessStarted, command.CustomerId.Value, token.Path, After: new { token.Reason, token.ExpiresAt, Token = token.Id }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<StartSupportAccessResult>.Accepted(new StartSupportAccessResult(token, secret));
    }

    private const string SecretPrefix = "mfs_"; // by which scanners of published code know a secret of ours

    private static Outcome<TokenRow> Refuse(ErrorCode code, string field, string message) => Outcome<TokenRow>.Refused(new Refusal(code, field, message));
}
