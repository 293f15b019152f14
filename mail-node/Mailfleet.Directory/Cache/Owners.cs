namespace Mailfleet.Directory.Cache;

/// <summary>The rows that a cached answer stands on: a change of any of them ends it.</summary>
internal readonly record struct Owners(long Customer, long Domain, long Mailbox);
