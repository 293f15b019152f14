using System.Globalization;

namespace Mailfleet.Delivery.Reports;

/// <summary>What people read, in their language.</summary>
internal sealed record ReportTexts(string FailedSubject, string DelayedSubject, string DoneSubject, string Failed, string Delayed, string Done, string Reason, string GivenUpAt, string Closing)
{
    public static readonly ReportTexts English = new(
        "Your message could not be delivered",
        "Your message has not been delivered yet",
        "Your message has been delivered",
        "Your message could not be delivered to:",
        "Your message still waits for delivery to these addresses. You need not do anything; we go on trying.",
        "Your message has been handed over for:",
        "Reason",
        "If it cannot be delivered by {0}, you will hear again.",
        "The message itself, or its beginning, is attached.");

    public static readonly ReportTexts Chinese = new(
        "您的邮件无法投递",
        "您的邮件尚未送达",
        "您的邮件已送达",
        "您的邮件无法投递给以下收件人：",
        "您的邮件仍在等待投递给以下收件人。您无需任何操作，系统会继续尝试。",
        "您的邮件已成功交付给以下收件人：",
        "原因",
        "如果在 {0} 之前仍无法投递，系统会再次通知您。",
        "附件为原邮件或其邮件头。");

    public static ReportTexts In(string language) => language == "zh" ? Chinese : English;

    public string SubjectOf(ReportAction action) => action switch
    {
        ReportAction.Failed => FailedSubject,
        ReportAction.Delayed => DelayedSubject,
        _ => DoneSubject,
    };

    public string OpeningOf(ReportAction action) => action switch
    {
        ReportAction.Failed => Failed,
        ReportAction.Delayed => Delayed,
        _ => Done,
    };

    public static string Format(string text, DateTimeOffset at) => string.Format(CultureInfo.InvariantCulture, text, at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
}
