using System.Net;

namespace Mailfleet.Bench.Load;

/// <summary>Messages to be sent, over how many connections and to whom. Recipients go round: <c>u1</c> to <c>u{Mailboxes}</c>, each in domain number modulo <paramref name="Domains"/>.</summary>
/// <param name="KeepConnections">One connection for many messages (smtp-source -d), or one a message.</param>
internal sealed record MailLoad(
    IPEndPoint Target, int Connections, int Messages, int SizeBytes, int Mailboxes, int Domains, int RecipientsPerMessage, bool KeepConnections)
{
    /// <summary>To the mailboxes by their own names, which is where somebody logs in; smtp-source can only number aliases.</summary>
    public bool IsByOwnName { get; init; }

    /// <summary>Sends by smtp-source where it is installed and can: it costs a third of what our own client costs, on a machine that it shares with the server.</summary>
    /// <param name="timed">With the latency of each message that one of the connections sends; else the rate alone.</param>
    public Task<LoadResult> RunAsync(bool timed, CancellationToken cancellationToken) =>
        SmtpSource.CanSend(this) ? new SmtpSource(this).RunAsync(timed, cancellationToken) : new SmtpLoad(this).RunAsync(cancellationToken);
}
