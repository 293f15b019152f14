namespace Mailfleet.Store.Reading;

/// <summary>Where a stored copy stands, as its row said a moment ago. Compaction may move it: look it up at each read.</summary>
internal readonly record struct BlobPlace(long BlobId, long SegmentId, long Position, long SizeBytes);
