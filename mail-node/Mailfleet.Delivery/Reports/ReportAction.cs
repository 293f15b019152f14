namespace Mailfleet.Delivery.Reports;

/// <summary>What has happened to a recipient (RFC 3464 §2.3.3).</summary>
public enum ReportAction
{
    Failed,
    Delayed,
    Delivered,
    Relayed,
}
