namespace Mailfleet.Store.Changes;

/// <summary>UIDs from first to last.</summary>
public readonly record struct UidRange(uint First, uint Last);
