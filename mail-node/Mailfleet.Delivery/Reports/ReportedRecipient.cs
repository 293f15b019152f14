namespace Mailfleet.Delivery.Reports;

/// <summary>One recipient in a report.</summary>
/// <param name="Address">As the message was to go to it.</param>
/// <param name="OriginalRecipient">ORCPT= decoded, <c>type;address</c>; null when not given.</param>
/// <param name="Reply">Code where a server said it, status, text.</param>
/// <param name="RemoteHost">Who said it; null when nobody did.</param>
public sealed record ReportedRecipient(string Address, string? OriginalRecipient, string Reply, string? RemoteHost);
