using Mailfleet.Wire;

namespace Mailfleet.Smtp;

internal sealed partial class SmtpSession
{
    private static readonly SmtpReply Commands = new(214, "2.0.0", $"Commands: {SmtpCommand.Names}\nSee RFC 5321");
    private static readonly SmtpReply CannotVerify = new(252, "2.0.0", "Cannot verify the user, but will take mail and try to deliver it");
    private static readonly SmtpReply NoExpansion = new(550, "5.7.1", "Lists are not expanded here");

    private static SmtpReply Help() => Commands;

    // RFC 5321 §7.3: neither tells who exists.
    private static SmtpReply Vrfy() => CannotVerify;

    private static SmtpReply Expn() => NoExpansion;

    private SmtpReply Quit()
    {
        _wire.Tally.Outcome = SessionOutcome.Quit;
        return EndWith(new SmtpReply(221, "2.0.0", $"{_options.HostName} closing connection"));
    }
}
