namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>BDAT (RFC 3030) in an open transaction, where mutations of whole sessions seldom come.</summary>
internal sealed class BdatTarget() : SmtpTarget(isSubmission: false)
{
    public override string Name => "bdat";

    public override IReadOnlyList<string> Words { get; } = ["BDAT 0\r\n", "BDAT 5\r\n", "BDAT 5 LAST\r\n", "BDAT 0 LAST\r\n", "bdat 2 last\r\n", "BDAT -1\r\n", "BDAT 1 2\r\n", "a\r\n", "\r", "\n", "\r\n", "RSET\r\n", "DATA\r\n", "MAIL FROM:<>\r\n"];

    protected override string Beginning => "EHLO c\r\nMAIL FROM:<a@b.test> BODY=8BITMIME\r\nRCPT TO:<alice@demo.test>\r\n";
}
