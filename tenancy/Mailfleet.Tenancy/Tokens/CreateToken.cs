using System.Net;
using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Tokens;

/// <param name="NodeId">How far it reaches; null: as far as whoever makes it.</param>
/// <param name="Rights">Null: all that whoever makes it has, without that of making tokens.</param>
/// <param name="ExpiresAt">Null: in 90 days.</param>
/// <param name="Sources">Addresses and networks it may be used from; empty: those of whoever makes it.</param>
public sealed record CreateToken(string Name, NodeId? NodeId, IReadOnlyList<Right>? Rights, DateTimeOffset? ExpiresAt, IReadOnlyList<string> Sources);

/// <param name="Secret">Shown once and kept nowhere.</param>
public sealed record CreateTokenResult(TokenRow Token, string Secret);

internal sealed class CreateTokenValidator : AbstractValidator<CreateToken>
{
    public CreateTokenValidator()
    {
        RuleFor(c => c.Name).IsDisplayName();
        RuleFor(c => c.Rights).Must(rights => rights is not { Count: 0 }).WithMessage("Name at least one right, or leave rights away for all you have.");
        RuleFor(c => c.Sources).Must(sources => sources.Count <= TokenSources.MaxCount).WithMessage($"Name at most {TokenSources.MaxCount} networks.")
            .Must(sources => sources.All(source => TokenSources.TryParse(source, out _))).WithMessage("A source is an address or a network, such as 192.0.2.0/24.");
    }
}

public sealed class CreateTokenHandler(TenantSessions sessions, TimeProvider clock)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(731); // what nobody renews in two years nobody looks after

    private readonly CreateTokenValidator _validator = new();

    /// <param name="maker">The token that makes it, when it is one; null for a person and for the operator's own token.</param>
    public static Outcome<TokenRow> Decide(
        NodeId node, SubtreePath? place, TokenRow? maker, CreateToken command, IReadOnlyList<IPNetwork> sources, TokenId id, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.CreateToken, place, "nodeId", "node") is { } refusal)
            return Outcome<TokenRow>.Refused(refusal);

        RightSet rights = RightSet.Of(command.Rights ?? [.. actor.Rights.All.Where(right => right != Right.CreateToken)]);
        if (!actor.Rights.Covers(rights))
            return Refuse(ErrorCode.Forbidden, "rights", "A token cannot do more than you may.");

        DateTimeOffset latest = maker is null || maker.ExpiresAt > now + MaxLifetime ? now + MaxLifetime : maker.ExpiresAt;
        DateTimeOffset expiresAt = command.ExpiresAt ?? (latest < now + DefaultLifetime ? latest : now + DefaultLifetime);
        if (expiresAt <= now)
            return Refuse(ErrorCode.Invalid, "expiresAt", "This moment is over.");
        if (expiresAt > latest)
            return maker is not null && latest == maker.ExpiresAt
                ? Refuse(ErrorCode.Forbidden, "expiresAt", "A token cannot outlive the one that makes it.")
                : Refuse(ErrorCode.Invalid, "expiresAt", "A token lives two years at most.");

        IReadOnlyList<IPNetwork> outer = maker?.Sources ?? [];
        IReadOnlyList<IPNetwork> inner = sources.Count == 0 ? outer : sources;
        return TokenSources.IsWithin(outer, inner)
            ? Outcome<TokenRow>.Accepted(new TokenRow(id, node, place!.Value, command.Name.Trim(), rights, inner, actor.Person, now, expiresAt, UsedAt: null))
            : Refuse(ErrorCode.Forbidden, "sources", "A token cannot be used from where the one that makes it cannot.");
    }

    public async Task<Outcome<CreateTokenResult>> HandleAsync(CreateToken command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<CreateTokenResult>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        IPNetwork[] sources = [.. command.Sources.Select(text => TokenSources.TryParse(text, out IPNetwork? network) ? network.Value : default)];
        NodeId node = command.NodeId ?? actor.Place.Node;
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, node, cancellationToken);

        await TokenTable.LockFamilyAsync(session, actor.Person, cancellationToken);
        TokenRow? maker = actor.Token is { } by ? await TokenTable.FindAsync(session, by, cancellationToken) : null;
        if (actor.Token is not null && maker is null)
            return Outcome<CreateTokenResult>.Refused(new Refusal(ErrorCode.Forbidden, null, "Your token has been revoked."));

        Outcome<TokenRow> decided = Decide(node, place, maker, command, sources, TokenId.New(now), actor, now);
        if (decided.Value is not { } token)
            return Outcome<CreateTokenResult>.Refused(decided.Refusals);

        string secret = SecretPrefix + SecretToken.New();
        TokenTable.Insert(session, token, secret, maker?.Id);
        AuditTrail.Record(
            session, actor,
            new AuditChange(
                AuditAction.TokenCreated, token.Id.Value, token.Path,
                After: new { token.Name, token.Node, Rights = token.Rights.All, Sources = token.Sources.Select(source => source.ToString()), token.ExpiresAt }),
            now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<CreateTokenResult>.Accepted(new CreateTokenResult(token, secret));
    }

    private const string SecretPrefix = "mft_"; // by which scanners of published code know a secret of ours

    private static Outcome<TokenRow> Refuse(ErrorCode code, string field, string message) => Outcome<TokenRow>.Refused(new Refusal(code, field, message));
}
