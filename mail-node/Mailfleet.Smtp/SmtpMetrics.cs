using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mailfleet.Smtp;

/// <summary>Numbers and traces of SMTP. Labels come from fixed lists, never from what a peer said, and adding allocates nothing.</summary>
internal static class SmtpMetrics
{
    private static readonly ActivitySource Traces = new("Mailfleet.Smtp");
    private static readonly Meter Meter = new("Mailfleet.Smtp");
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("mailfleet.smtp.commands", "{command}", "Commands, by verb and the class of their last reply");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("mailfleet.smtp.refusals", "{reply}", "Commands of a mail transaction that were refused, by reason");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("mailfleet.smtp.messages", "{message}", "Messages accepted for good");
    private static readonly Counter<long> MessageBytes = Meter.CreateCounter<long>("mailfleet.smtp.message.bytes", "By", "Octets of messages accepted for good");
    private static readonly Counter<long> LogIns = Meter.CreateCounter<long>("mailfleet.smtp.logins", "{login}", "Log-ins, by outcome");

    /// <summary>A span from MAIL to the end of the transaction; null unless somebody listens.</summary>
    public static Activity? StartTransaction(string sessionId, SmtpService service)
    {
        // The session goes on when this command has returned, so the span is not made the current one of its caller.
        Activity? current = Activity.Current;
        Activity? span = Traces.StartActivity("smtp.transaction", ActivityKind.Server);
        span?.SetTag("session", sessionId).SetTag("service", Name(service));
        Activity.Current = current;
        return span;
    }

    /// <param name="verb">A name of the command table, or null for what is not in it.</param>
    public static void Answered(SmtpService service, string? verb, SmtpReply? reply) => Commands.Add(
        1,
        new KeyValuePair<string, object?>("service", Name(service)),
        new KeyValuePair<string, object?>("verb", verb ?? "other"),
        new KeyValuePair<string, object?>("reply", ClassOf(reply)));

    public static void Refused(SmtpService service, SmtpReply reply) => Refusals.Add(
        1, new KeyValuePair<string, object?>("service", Name(service)), new KeyValuePair<string, object?>("reason", ReasonOf(reply)));

    public static void Accepted(SmtpService service, long bytes)
    {
        Messages.Add(1, new KeyValuePair<string, object?>("service", Name(service)));
        MessageBytes.Add(bytes, new KeyValuePair<string, object?>("service", Name(service)));
    }

    public static void LoggedIn(SmtpLogIn logIn) => LogIns.Add(1, new KeyValuePair<string, object?>("outcome", logIn switch
    {
        SmtpLogIn.Accepted => "accepted",
        SmtpLogIn.Rejected => "rejected",
        _ => "unavailable",
    }));

    public static string Name(SmtpService service) => service == SmtpService.Submission ? "submission" : "mx";

    private static string ClassOf(SmtpReply? reply) => reply?.Code switch
    {
        null => "none",                                 // the command wrote its own, or the peer is gone
        < 300 => "2xx",
        < 400 => "3xx",
        < 500 => "4xx",
        _ => "5xx",
    };

    // RFC 3463 codes as CONTRACTS.md uses them; the text of a reply may hold an address and is never looked at.
    private static string ReasonOf(SmtpReply reply) => (reply.Code, reply.Status) switch
    {
        (_, "4.2.1") => "mailbox_deferring",
        (_, "4.2.2") => "over_quota",
        (_, "4.5.3") => "too_many_recipients",
        (_, "4.7.0" or "4.7.1") => "throttled",
        (421 or 451, _) => "local_trouble",
        (_, "5.1.1") => "unknown_recipient",
        (_, "5.1.3" or "5.1.7" or "5.6.7") => "bad_address",
        (_, "5.2.1") => "mailbox_closed",
        (_, "5.3.4") => "too_large",
        (_, "5.4.6") => "loop",
        (503, _) => "out_of_order",
        (500 or 501 or 555, _) => "syntax",
        (_, "5.6.0") => "bad_message",
        (530, _) => "not_logged_in",
        (_, "5.7.1") => "policy",
        _ => "other",
    };
}
