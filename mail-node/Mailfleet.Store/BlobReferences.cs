namespace Mailfleet.Store;

/// <summary>What keeps a stored copy from being garbage. One set, so that the planner may hash it as well as look a single copy up in it.</summary>
internal static class BlobReferences
{
    /// <summary>True of a row <c>b</c> of <c>mail.blob</c> that somebody needs. A new holder of copies is one more line.</summary>
    public const string Exist =
        """
        EXISTS (SELECT FROM (
            SELECT blob_id FROM mail.message
            UNION ALL SELECT id FROM queue.message
        ) needed (blob_id) WHERE needed.blob_id = b.id)
        """;
}
