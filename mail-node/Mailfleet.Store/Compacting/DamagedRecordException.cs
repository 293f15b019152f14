namespace Mailfleet.Store.Compacting;

/// <summary>A record that cannot be copied because it is not what was stored. Its segment is kept for people to look at.</summary>
internal sealed class DamagedRecordException(string message) : Exception(message);
