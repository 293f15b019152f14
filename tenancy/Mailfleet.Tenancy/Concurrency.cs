using JasperFx;
using JasperFx.Events;
using Mailfleet.Tenancy.Contracts;
using Marten;

namespace Mailfleet.Tenancy;

internal static class Concurrency
{
    public static Refusal Refusal(string field) =>
        new(ErrorCode.Conflict, field, "Somebody else changed this at the same moment. Look at it again, then repeat.");

    /// <summary>False when another writer moved a stream on since it was read; nothing is saved then.</summary>
    public static async Task<bool> TrySaveAsync(this IDocumentSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (ConcurrencyException)
        {
            return false;
        }
    }
}
