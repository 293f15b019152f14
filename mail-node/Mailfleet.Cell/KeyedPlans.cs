namespace Mailfleet.Cell;

/// <summary>
/// For transactions whose statements have one good plan: row by row through the keys, whatever their arrays hold and however small a table was when the server last
/// looked. Left to itself it makes each plan anew for each batch, which took two thirds of its CPU when batches are small. Where a table may have been nearly empty at
/// that look, a statement joins it LATERAL with OFFSET 0, so that it is asked for each row of the array and never read through for all of them.
/// </summary>
public static class KeyedPlans
{
    /// <summary>The beginning of a SELECT that holds until the transaction's end; further columns may follow.</summary>
    public const string Sql =
        """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
        """;
}
