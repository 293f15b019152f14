namespace Mailfleet.Cell;

/// <summary>
/// For transactions whose statements have one good plan: row by row through the keys, whatever their arrays hold and however small a table still is. Left to itself
/// the server makes each plan anew for each batch, which took two thirds of its CPU when batches are small.
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
