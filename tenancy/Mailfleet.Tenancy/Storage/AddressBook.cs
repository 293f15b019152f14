using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Which local parts of a domain are in use.</summary>
public static class AddressBook
{
    /// <summary>Locks the address until the session's transaction ends and says whether it is taken. A local part that cannot exist is not.</summary>
    public static async Task<bool> LockAsync(IDocumentSession session, DomainId domain, string localPart, CancellationToken cancellationToken)
    {
        if (!LocalPart.TryParse(localPart, out LocalPart local, out _))
            return false;

        await AdvisoryLock.TakeAsync(session, $"address:{domain}/{local}", cancellationToken);
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.mailbox WHERE domain_id = $1 AND local_part = $2 AND listed")
        {
            Parameters = { new() { Value = domain.Value }, new() { Value = local.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }
}
