using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.People;

/// <summary>
/// Failed log-ins fill leaking buckets: one for the client's network, and for password and code each one for the account and one for both. An attempt is charged before the password is
/// checked, so that attempts at the same moment count too, and given back when it was right. Only this host's own judgement empties a bucket.
/// </summary>
internal sealed class LogInThrottle(LogInBuckets buckets, TimeProvider clock)
{
    // A person mistypes a few times; a guesser from one place gets about 500 tries a day against one account.
    private static readonly BucketSize Pair = new(Capacity: 5, TimeSpan.FromMinutes(3));

    // An office behind one address; a network that tries many accounts gets about 2,900 a day.
    private static readonly BucketSize Network = new(Capacity: 30, TimeSpan.FromSeconds(30));

    // Many networks against one account. Networks from which the person has logged in are not held to it, so nobody can be locked out of where they work.
    private static readonly BucketSize Account = new(Capacity: 20, TimeSpan.FromMinutes(3));

    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(90); // somebody on leave comes back to a desk that still knows them

    /// <summary>False when the attempt may not be made; it then costs nothing. The same for log-ins that exist and for those that do not.</summary>
    public async Task<bool> TryChargeAsync(Factor factor, LoginName login, PersonId? person, ClientInfo client, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isKnown = await buckets.IsKnownNetworkAsync(person?.Value ?? "", NetworkName(client), now - KnownFor, cancellationToken);
        Dictionary<string, BucketSize> sizes = new(StringComparer.Ordinal) { [AccountKey(factor, login)] = Account, [PairKey(factor, login, client)] = Pair };
        if (client.Network is not null)
            sizes.Add(NetworkKey(client), Network);

        await using BucketCharge charge = await buckets.BeginAsync(sizes, now, cancellationToken);
        string[] full = [.. sizes.Where(size => charge.Levels[size.Key] + 1 > size.Value.Capacity).Select(size => size.Key)];
        if (full.Except(isKnown ? [AccountKey(factor, login)] : []).Any())
            return false;

        await charge.CommitAsync([.. sizes.Keys.Except(full)], cancellationToken);
        return true;
    }

    /// <summary>Gives back what a right password was charged, and remembers where it came from.</summary>
    public Task RefundAsync(Factor factor, LoginName login, PersonId person, ClientInfo client, CancellationToken cancellationToken) => buckets.RefundAsync(
        [AccountKey(factor, login), NetworkKey(client)], PairKey(factor, login, client), person, NetworkName(client), clock.GetUtcNow(), cancellationToken);

    private static string AccountKey(Factor factor, LoginName login) => $"{factor} account:{login}";

    private static string NetworkKey(ClientInfo client) => $"network:{NetworkName(client)}";

    private static string PairKey(Factor factor, LoginName login, ClientInfo client) => $"{factor} pair:{login}/{NetworkName(client)}";

    private static string NetworkName(ClientInfo client) => client.Network ?? "here";
}
