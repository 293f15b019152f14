using Mailfleet.Store;

namespace Mailfleet.Queue.Reporting;

/// <summary>Writes reports to senders.</summary>
public interface IQueueReporter
{
    /// <param name="settlement">To be committed with the report: it takes the rows away that the report is about, so that nobody is told twice or never.</param>
    Task<ReportResult> ReportAsync(Report report, IDeliveryAttachment settlement, CancellationToken cancellationToken);
}
