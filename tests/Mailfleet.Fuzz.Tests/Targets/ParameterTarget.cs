using Mailfleet.Smtp;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Parameters of MAIL and RCPT, and the split of a command line: a refusal is a negative reply, and what is kept cannot break a header or a DSN.</summary>
internal sealed class ParameterTarget : FuzzTarget
{
    public override string Name => "parameter";

    public override IReadOnlyList<string> Words { get; } = [" SIZE=", " BODY=8BITMIME", " SMTPUTF8", " RET=HDRS", " ENVID=", " NOTIFY=NEVER", " NOTIFY=SUCCESS,FAILURE,DELAY", " ORCPT=rfc822;", " AUTH=<>", "+0A", "+2B", "99999999999999999999"];

    public override ValueTask CheckAsync(byte[] input)
    {
        if (ParameterParser.ParseMail(input, out MailParameters mail) is { } refusal)
            Assert.False(refusal.IsPositive);
        else
            Assert.True(mail.SizeBytes is null or >= 0);
        AssertPrintable(mail.EnvelopeId, 100);
        if (ParameterParser.ParseRcpt(input, out RcptParameters rcpt) is { } rcptRefusal)
            Assert.False(rcptRefusal.IsPositive);
        AssertPrintable(rcpt.OriginalRecipient, 500);

        SmtpCommand? command = SmtpCommand.Parse(input, out ReadOnlyMemory<byte> argument);
        Assert.True(argument.Length < Math.Max(1, input.Length));
        Assert.True(command is null || input.Length >= command.Name.Length);
        return ValueTask.CompletedTask;
    }

    private static void AssertPrintable(string? text, int limit)
    {
        Assert.True((text?.Length ?? 0) <= limit);
        Assert.DoesNotContain(text ?? "", char.IsControl);
    }
}
