namespace Mailfleet.Filter.Sending;

/// <summary>What an account has sent, on all nodes.</summary>
internal readonly record struct SentSums(long HourMessages, long HourRecipients, long DayMessages, long DayRecipients, bool SendsFreely);
