using FluentValidation;
using JasperFx.Events;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Resellers;

/// <param name="ParentId">Null: the actor's own node.</param>
public sealed record CreateReseller(string Name, ResellerId? ParentId);

internal sealed class CreateResellerValidator : AbstractValidator<CreateReseller>
{
    public CreateResellerValidator() => RuleFor(c => c.Name).IsDisplayName();
}

public sealed class CreateResellerHandler(TenantSessions sessions, TimeProvider clock)
{
    private readonly CreateResellerValidator _validator = new();

    public static Outcome<ResellerCreated> Decide(Reseller? parent, CreateReseller command, ResellerId id, Actor actor, DateTimeOffset now) =>
        actor.FindRefusal(Right.CreateReseller, parent?.Path, "parentId", "reseller") is { } refusal
            ? Outcome<ResellerCreated>.Refused(refusal)
            : Outcome<ResellerCreated>.Accepted(new ResellerCreated(id, parent!.Id, command.Name.Trim(), parent.Path.Child(id), now));

    public async Task<Outcome<Reseller>> HandleAsync(CreateReseller command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Reseller>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        var id = ResellerId.New(now);
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        Loaded<Reseller>? parent = await session.FoldStreamAsync<Reseller>((command.ParentId ?? actor.Node).Value, cancellationToken);
        Outcome<ResellerCreated> decided = Decide(parent?.State, command, id, actor, now);
        if (decided.Value is not { } created)
            return Outcome<Reseller>.Refused(decided.Refusals);

        session.Events.StartStream(id.Value, created);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.ResellerCreated, id.Value, created.Path, After: new { created.Name, created.Parent }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Reseller>.Accepted(Reseller.Apply(null, created)!);
    }
}
