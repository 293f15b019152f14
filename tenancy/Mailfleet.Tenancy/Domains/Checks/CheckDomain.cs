using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>Has the domain's DNS looked at as soon as may be.</summary>
public sealed record CheckDomain(DomainId DomainId);

public sealed class CheckDomainHandler(FleetLists lists, DomainCheckTable table, TimeProvider clock)
{
    /// <summary>The domain as it stands; its verdicts follow within seconds. Nothing of the domain changes, so the audit says nothing.</summary>
    public async Task<Outcome<DomainRow>> HandleAsync(CheckDomain command, Actor actor, CancellationToken cancellationToken)
    {
        if (await lists.Domains.FindAsync(actor, command.DomainId, cancellationToken) is not { } row)
            return Outcome<DomainRow>.Refused(new Refusal(ErrorCode.NotFound, "domainId", "There is no such domain."));
        if (!actor.May(Right.ProveDomain))
            return Outcome<DomainRow>.Refused(new Refusal(ErrorCode.Forbidden, "domainId", "Your role does not allow this here."));
        await table.RequestAsync(row.Id, clock.GetUtcNow(), cancellationToken);
        return Outcome<DomainRow>.Accepted(row);
    }
}
