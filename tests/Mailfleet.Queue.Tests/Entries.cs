namespace Mailfleet.Queue.Tests;

/// <summary>Entries as plain as they can be.</summary>
internal static class Entries
{
    public static QueueEntry Of(long message, int number = 0, long customer = 1, Lane lane = Lane.Interactive, int attempts = 0, string domain = "a.test", string from = "s@b.test") => new(
        new RecipientKey(message, number), new MessageFacts(message, customer, null, 1_000, false, false, MayReport: true, null, null, DateTimeOffset.UnixEpoch), lane, EntryState.Waiting,
        NotifyOn.Default, attempts, IsDelayReported: false, $"u{number}@{domain}", domain, from, null, null, null, TimeSpan.Zero, 0);
}
