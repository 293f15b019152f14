using Npgsql;

namespace Mailfleet.Store.Pools;

/// <summary>
/// Room that the mailboxes of a customer or a domain share. Each start of a node has a share of its own in every pool, so that deliveries of one customer do not queue
/// behind one row; see migration 0010 for how they stay exact.
/// </summary>
internal static class PoolRows
{
    /// <summary>There was room when it was looked at, and another has taken it since, or there is none: nothing is committed.</summary>
    public const string NoRoom = "MF001";

    /// <summary>The advisory lock of whoever folds and counts: two at once would add the same difference.</summary>
    public const string KeepersLock = "x'6d61696c706f6f6c'::bigint";    // "mailpool"

    /// <summary>The pools of mailboxes ($1) that are held, and the room that the epoch $2 finds in them. A cell without pools pays one look at an empty table.</summary>
    public const string Read =
        """
        SELECT m.id, p.id, CASE WHEN p.counted_at IS NOT NULL THEN mail.pool_quota(p) - p.reserved_bytes + coalesce(s.reserved_bytes - s.used_bytes, 0) END
        FROM unnest($1) AS m (id) CROSS JOIN LATERAL mail.pools_of(m.id) p LEFT JOIN mail.pool_share s ON s.pool_id = p.id AND s.epoch = $2
        WHERE (SELECT EXISTS (SELECT FROM mail.pool))
        """;

    /// <summary>Counts for mailboxes ($1) bytes that are asked for ($2) and promised ($3) in the shares of the epoch $4, before the commit.</summary>
    public const string Charge = "SELECT mail.charge_pools($1, $2, $3, $4)";

    /// <summary>Counts for one mailbox that this transaction holds. False when there is no room: then the transaction must not be committed.</summary>
    public static async Task<bool> TryChargeAsync(LockedMailbox mailbox, long bytes, long epoch, CancellationToken cancellationToken)
    {
        try
        {
            await mailbox.ExecuteAsync(
                Charge,
                [LockedMailbox.Value<long[]>([mailbox.Mailbox.Value]), LockedMailbox.Value<long[]>([bytes]), LockedMailbox.Value<long[]>([0]), LockedMailbox.Value(epoch)],
                cancellationToken);
            return true;
        }
        catch (PostgresException refusal) when (refusal.SqlState == NoRoom)
        {
            return false;
        }
    }
}
