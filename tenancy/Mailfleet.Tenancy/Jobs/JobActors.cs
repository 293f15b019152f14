using System.Text.Json;
using System.Text.Json.Serialization;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>Who made a job, as the job keeps it.</summary>
internal sealed record JobMaker(string Login, Role Role, string Place, Right[] Rights, string? Person, string? Token, string? OnBehalfOf, string? Source)
{
    // Names, not numbers: what a number of the enumeration means may change with a release.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static JobMaker Read(string text) => JsonSerializer.Deserialize<JobMaker>(text, Json) ?? throw new InvalidOperationException("A job has no maker.");

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static JobMaker Of(Actor actor) => new(
        actor.Login, actor.Role, actor.Place.Value, [.. actor.Rights.All], actor.Person?.Value, actor.Token?.Value, actor.OnBehalfOf, actor.Source);
}

/// <summary>Whom a job acts for: never more than its maker could when they made it, and never more than they can now.</summary>
internal sealed class JobActors(FleetLists lists, TimeProvider clock)
{
    /// <summary>Null when the person or the token has gone, or the person's place is another one now.</summary>
    public async Task<Actor?> FindAsync(Job job, CancellationToken cancellationToken)
    {
        JobMaker maker = JobMaker.Read(job.Maker);
        var place = new SubtreePath(maker.Place);
        RightSet rights = RightSet.Of(maker.Rights);
        Actor fleet = Actor.Operator("jobs");
        if (maker.Person is not null)
        {
            PersonRow? person = await lists.People.FindAsync(fleet, PersonId.Parse(maker.Person), cancellationToken);
            if (person is null || !person.Path.Contains(place))
                return null;
            rights = rights.And(RoleRights.Of(person.Role));
        }

        if (maker.Token is not null)
        {
            TokenRow? token = await lists.Tokens.FindAsync(fleet, TokenId.Parse(maker.Token), cancellationToken);
            if (token is null || token.ExpiresAt <= clock.GetUtcNow())
                return null;
        }

        return new Actor(maker.Login, maker.Role, place, rights)
        {
            Person = maker.Person is null ? null : PersonId.Parse(maker.Person),
            Token = maker.Token is null ? null : TokenId.Parse(maker.Token),
            OnBehalfOf = maker.OnBehalfOf,
            Source = maker.Source,
        };
    }
}
