using Mailfleet.Queue.Rows;
using Mailfleet.Store;
using Npgsql;

namespace Mailfleet.Queue.Reporting;

/// <summary>The end of rows that commits with the report about them. It may carry the report's own rows, when the report itself goes elsewhere.</summary>
internal sealed class Settlement(OutcomeRows rows, Report report) : IDeliveryAttachment, IAttachmentWriter
{
    public IAttachmentWriter Writer => this;

    public int RowCount => report.Recipients.Count;

    public void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages)
    {
        if (report.Kind == ReportKind.Delayed)
            OutcomeRows.AddDelayMark(batch, report.Recipients);
        else
            rows.AddSettlement(batch, report.Recipients, mustOwn: true);
    }
}
