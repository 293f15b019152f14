using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>Links by which a person chooses a password: after an invitation, or having forgotten it.</summary>
internal static class PasswordLinks
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3); // over a weekend

    /// <summary>Takes the place of an earlier link. The token is returned once and kept nowhere.</summary>
    public static string Create(IDocumentSession session, PersonId person, DateTimeOffset now)
    {
        string token = SecretToken.New();
        PersonTable.PutLink(session, person, SecretToken.Hash(token), now + Lifetime);
        return token;
    }
}
