using System.Text;
using Mailfleet.Delivery.Reports;
using Mailfleet.Message;
using MimeKit;

namespace Mailfleet.Delivery.Tests;

/// <summary>Reports as a foreign library reads them.</summary>
public sealed class ReportWriterTests
{
    private static readonly DeliveryReport Failure = new()
    {
        Action = ReportAction.Failed,
        HostName = "host.test",
        To = MailAddress.Parse("alice@demo.test")!,
        Now = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero),
        ArrivedAt = new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero),
        EnvelopeId = "id+1",
        Recipients =
        [
            new("bob@remote.test", "rfc822;Bob@remote.test", "550 5.1.1 No such user", "mx.remote.test [9.0.0.1]:25"),
            new("eve@gone.test", null, "5.1.2 There is no domain gone.test", null),
        ],
        Original = Encoding.ASCII.GetBytes("Subject: Hello\r\nFrom: alice@demo.test\r\n"),
    };

    [Fact]
    public void FailureNamesEachRecipientItsStatusAndWhoSaidIt()
    {
        (MimeMessage message, MultipartReport report, MessageDeliveryStatus status) = Read(Failure);
        Assert.Equal("alice@demo.test", ((MailboxAddress)message.To[0]).Address);
        Assert.Equal("auto-replied", message.Headers["Auto-Submitted"]);
        Assert.Equal("Your message could not be delivered", message.Subject);
        Assert.Equal("delivery-status", report.ReportType);
        Assert.Equal("id+1", status.StatusGroups[0]["Original-Envelope-Id"]);
        Assert.Equal("dns; host.test", status.StatusGroups[0]["Reporting-MTA"]);
        Assert.Equal(
            ["rfc822; Bob@remote.test|rfc822; bob@remote.test|failed|5.1.1|dns; mx.remote.test|smtp; 550 5.1.1 No such user", "|rfc822; eve@gone.test|failed|5.1.2||"],
            status.StatusGroups.Skip(1).Select(group => string.Join('|', new[] { "Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code" }.Select(name => group[name]))));
        string text = ((TextPart)report[0]).Text;
        Assert.Contains("bob@remote.test", text, StringComparison.Ordinal);
        Assert.Contains("Reason: 550 5.1.1 No such user", text, StringComparison.Ordinal);
        Assert.Equal("text/rfc822-headers", report[2].ContentType.MimeType);
    }

    [Fact]
    public void ChineseReadersGetChinese()
    {
        (MimeMessage message, MultipartReport report, _) = Read(Failure with { Language = "zh" });
        Assert.Equal("您的邮件无法投递", message.Subject);
        Assert.Contains("原因: 550 5.1.1 No such user", ((TextPart)report[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DelayIsNoFailureAndSaysUntilWhen()
    {
        (_, MultipartReport report, MessageDeliveryStatus status) = Read(Failure with
        {
            Action = ReportAction.Delayed,
            GivenUpAt = new DateTimeOffset(2026, 12, 2, 12, 0, 0, TimeSpan.Zero),
            Recipients = [new("bob@remote.test", null, "4.4.1 No connection to mx.remote.test", null)],
        });
        Assert.Equal(("delayed", "4.4.1", "Wed, 2 Dec 2026 12:00:00 +0000"), (status.StatusGroups[1]["Action"], status.StatusGroups[1]["Status"], status.StatusGroups[1]["Will-Retry-Until"]));
        Assert.Contains("2026-12-02 12:00 UTC", ((TextPart)report[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeMessageComesBackByteForByte()
    {
        byte[] original = [.. "Subject: caf"u8, 0xC3, 0xA9, .. "\r\n\r\n--report-\r\n.\r\nbody"u8];
        byte[] written = ReportWriter.Write(Failure with { Original = original, IsOriginalWhole = true }).ToArray();
        Assert.True(written.AsSpan().IndexOf(original) > 0);
        (_, MultipartReport report, _) = Read(Failure with { Original = original, IsOriginalWhole = true });
        Assert.Equal("message/rfc822", report[2].ContentType.MimeType);
    }

    [Fact]
    public void GivenUpAfterADeferralIsPermanent()
    {
        (_, _, MessageDeliveryStatus status) = Read(Failure with { Recipients = [new("bob@remote.test", null, "5.4.7 Given up after 120 hours; last: 450 4.2.0 Later", "mx.remote.test [9.0.0.1]:25")] });
        Assert.Equal("5.4.7", status.StatusGroups[1]["Status"]);
    }

    [Fact]
    public void NothingFromOutsideBreaksALine()
    {
        byte[] written = ReportWriter.Write(Failure with { Recipients = [new("bü@remote.test", "rfc822;a\r\nX: y", "550 5.1.1 a\r\nX-Evil: yes", "mx\r\nX: z")] }).ToArray();
        string text = Encoding.Latin1.GetString(written);
        Assert.DoesNotContain("\r\nX", text, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: utf-8; b\\x{FC}@remote.test", text, StringComparison.Ordinal);
    }

    private static (MimeMessage Message, MultipartReport Report, MessageDeliveryStatus Status) Read(DeliveryReport report)
    {
        using MemoryStream stream = new(ReportWriter.Write(report).ToArray());
        MimeMessage message = MimeMessage.Load(stream);
        MultipartReport body = Assert.IsType<MultipartReport>(message.Body);
        return (message, body, Assert.IsType<MessageDeliveryStatus>(body[1]));
    }
}
