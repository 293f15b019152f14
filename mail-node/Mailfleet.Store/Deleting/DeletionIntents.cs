namespace Mailfleet.Store.Deleting;

/// <summary>How statements honour large deletes that are decided and not yet done.</summary>
internal static class DeletionIntents
{
    /// <summary>
    /// A WITH query named <c>intent</c>: the mailbox's ($1) decided UIDs by folder. Aggregated once, because a long list would otherwise be read from its toast table
    /// for each row that is tested.
    /// </summary>
    public const string OfMailbox = "intent AS MATERIALIZED (SELECT folder_id, range_agg(uids) AS uids FROM mail.deletion WHERE mailbox_id = $1 GROUP BY folder_id)";

    /// <summary>True of a row <c>m</c> of <c>mail.message</c> that readers may see.</summary>
    public const string Spare = "NOT EXISTS (SELECT FROM intent i WHERE i.folder_id = m.folder_id AND i.uids @> m.uid)";
}
