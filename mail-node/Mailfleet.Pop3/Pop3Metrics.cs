using System.Diagnostics.Metrics;

namespace Mailfleet.Pop3;

/// <summary>Numbers of POP3. Labels come from fixed lists, never from what a peer said, and adding allocates nothing.</summary>
internal static class Pop3Metrics
{
    private static readonly Meter Meter = new("Mailfleet.Pop3");
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("mailfleet.pop3.commands", "{command}", "Commands, by verb and whether they were answered +OK");
    private static readonly Counter<long> Retrievals = Meter.CreateCounter<long>("mailfleet.pop3.retrievals", "{message}", "Messages handed out whole");
    private static readonly Counter<long> RetrievedBytes = Meter.CreateCounter<long>("mailfleet.pop3.retrieved.bytes", "By", "Octets of messages handed out whole");
    private static readonly Counter<long> LogIns = Meter.CreateCounter<long>("mailfleet.pop3.logins", "{login}", "Log-ins, by outcome");

    /// <param name="verb">A name of the command table, or null for what is not in it.</param>
    public static void Answered(string? verb, Pop3Reply? reply) => Commands.Add(
        1, new KeyValuePair<string, object?>("verb", verb ?? "other"), new KeyValuePair<string, object?>("reply", reply is null or { IsPositive: true } ? "ok" : "err"));

    public static void Retrieved(long bytes)
    {
        Retrievals.Add(1);
        RetrievedBytes.Add(bytes);
    }

    public static void LoggedIn(Pop3LogIn logIn) => LogIns.Add(1, new KeyValuePair<string, object?>("outcome", logIn switch
    {
        Pop3LogIn.Accepted => "accepted",
        Pop3LogIn.Rejected => "rejected",
        _ => "unavailable",
    }));
}
