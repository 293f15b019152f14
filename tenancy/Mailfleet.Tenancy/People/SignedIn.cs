using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.People;

/// <summary>Somebody who has logged in, and by which session.</summary>
public sealed record SignedIn(PersonRow Person, SessionId Session)
{
    /// <summary>The person as one who asks for use cases.</summary>
    /// <param name="source">The client's address, for the audit.</param>
    public Actor ToActor(string? source) => Actor.Of(Person.Login, Person.Role, Person.Path) with { Person = Person.Id, Source = source };
}
