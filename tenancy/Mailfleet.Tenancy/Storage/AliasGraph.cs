using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>
/// Follows the aliases of one customer, a level at a time. Other customers' aliases are not looked at: that would tell what they have, and a circle
/// through them ends in the cell, which answers for it.
/// </summary>
internal static class AliasGraph
{
    private const int MaxDepth = 10; // what a cell follows

    /// <summary>Locks the customer's aliases until the session's transaction ends: of two changes that close a circle together one sees the other.</summary>
    public static Task LockAsync(IDocumentSession session, CustomerId customer, CancellationToken cancellationToken) =>
        AdvisoryLock.TakeAsync(session, $"aliases:{customer}", cancellationToken);

    public static async Task<AliasReach> FollowAsync(
        IDocumentSession session, CustomerId customer, string address, bool isForward, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        // A forward's own address among its targets is its mailbox.
        HashSet<string> seen = [.. targets];
        string[] level = [.. targets.Where(target => !(isForward && target == address))];
        int below = 0;
        for (; level.Length > 0; below++)
        {
            if (level.Contains(address))
                return AliasReach.Loops;
            if (below == MaxDepth)
                return AliasReach.TooDeep;
            List<Step> found = await OpenAsync(session, customer, level, cancellationToken);
            if (found.Any(step => !step.IsOwned && CatchAllOf(step.Asked) == address))
                return AliasReach.Loops; // what nobody has comes back to this catch-all
            level = [.. found.SelectMany(step => step.Targets.Select(target => Fill(target, step.Asked))).Where(seen.Add)];
        }

        int above = 0;
        seen = [address];
        for (level = [address]; level.Length > 0; above++)
        {
            if (above + below > MaxDepth)
                return AliasReach.TooDeep;
            level = [.. (await LeadingToAsync(session, customer, level, cancellationToken)).Where(seen.Add)];
        }

        return AliasReach.Ends;
    }

    // "*@domain" keeps the local part that was asked for.
    private static string Fill(string target, string asked) =>
        target.StartsWith("*@", StringComparison.Ordinal) ? asked[..asked.LastIndexOf('@')] + target[1..] : target;

    private static string CatchAllOf(string address) => DesiredAlias.CatchAll + address[address.LastIndexOf('@')..];

    // What an address leads to: its alias, which goes before a mailbox of its name, or where nobody has it its domain's catch-all.
    private static async Task<List<Step>> OpenAsync(IDocumentSession session, CustomerId customer, string[] addresses, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            SELECT asked, own.id IS NOT NULL OR EXISTS (SELECT FROM tenancy.mailbox m WHERE m.address = asked AND m.listed),
                array_remove(own.targets, asked), other.targets
            FROM unnest($2, $3) AS given (asked, catch_all)
            LEFT JOIN tenancy.alias own ON own.address = asked AND own.listed AND own.customer_id = $1
            LEFT JOIN tenancy.alias other ON other.address = catch_all AND other.listed AND other.customer_id = $1
            """)
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = addresses }, new() { Value = addresses.Select(CatchAllOf).ToArray() } },
        };
        List<Step> found = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            bool isOwned = reader.GetBoolean(1);
            int targets = isOwned ? 2 : 3;
            found.Add(new Step(reader.GetString(0), isOwned, await reader.IsDBNullAsync(targets, cancellationToken) ? [] : await reader.GetFieldValueAsync<string[]>(targets, cancellationToken)));
        }

        return found;
    }

    private static async Task<List<string>> LeadingToAsync(IDocumentSession session, CustomerId customer, string[] addresses, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT address FROM tenancy.alias WHERE targets && $2 AND listed AND customer_id = $1")
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = addresses } },
        };
        List<string> found = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetString(0));
        return found;
    }

    private sealed record Step(string Asked, bool IsOwned, string[] Targets);
}
