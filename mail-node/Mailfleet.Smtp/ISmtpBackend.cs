using System.Net;
using Mailfleet.Message;

namespace Mailfleet.Smtp;

/// <summary>Which service a listener offers: port 25 for other servers, or submission for users (RFC 6409).</summary>
public enum SmtpService
{
    Mx,
    Submission,
}

/// <summary>What an SMTP session needs from the node. Refusals are replies; only faults throw, and become 451.</summary>
public interface ISmtpBackend
{
    ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken);

    /// <summary>Judges MAIL. Null accepts.</summary>
    ValueTask<SmtpReply?> CheckSenderAsync(SmtpClient client, ReversePath from, long? declaredSize, CancellationToken cancellationToken);

    /// <summary>Judges RCPT in a transaction. Null accepts.</summary>
    ValueTask<SmtpReply?> CheckRecipientAsync(SmtpTransaction transaction, ForwardPath to, CancellationToken cancellationToken);

    /// <summary>Starts to take the message of a transaction with at least one recipient.</summary>
    ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>The message on its way in. Disposing without <see cref="AcceptAsync"/> forgets it.</summary>
public interface ISmtpMessage : IAsyncDisposable
{
    /// <summary>Takes the next bytes of the content, dot-stuffing removed, every line ending CRLF. The memory is the caller's after the call.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Stores the message for all recipients. A positive reply means it survives a power cut. Not cancellable.</summary>
    ValueTask<SmtpReply> AcceptAsync();
}

/// <summary>The peer of a session. Changes with EHLO, STARTTLS and AUTH; the session hands out its current view.</summary>
/// <param name="Helo">Argument of EHLO or HELO, or null before it.</param>
/// <param name="Identity">Who logged in, or null.</param>
public sealed record SmtpClient(
    string SessionId, SmtpService Service, IPEndPoint Remote, IPEndPoint Local, bool IsTrusted, string? Helo, bool IsEsmtp, string? TlsProtocol, SmtpIdentity? Identity)
{
    public bool IsTls => TlsProtocol is not null;
}

/// <summary>A logged-in user. The backend puts what it needs behind <paramref name="Tag"/>.</summary>
public sealed record SmtpIdentity(string Address, object Tag);

/// <summary>What came of AUTH.</summary>
public abstract record SmtpLogIn
{
    private SmtpLogIn() { }

    public sealed record Accepted(SmtpIdentity Identity) : SmtpLogIn;

    /// <summary>535 5.7.8, with the reason when the user should know it (access blocked); null tells nothing.</summary>
    public sealed record Rejected(string? Reason = null) : SmtpLogIn;

    /// <summary>454 4.7.0</summary>
    public sealed record Unavailable : SmtpLogIn;
}

/// <summary>An open mail transaction (RFC 5321 §3.3).</summary>
public sealed class SmtpTransaction(SmtpClient client, ReversePath from, MailParameters? parameters = null)
{
    private readonly List<ForwardPath> _recipients = [];
    private readonly List<RcptParameters> _recipientParameters = [];

    public SmtpClient Client { get; } = client;

    public ReversePath From { get; } = from;

    public MailParameters Parameters { get; } = parameters ?? MailParameters.None;

    public IReadOnlyList<ForwardPath> Recipients => _recipients;

    /// <summary>In the order of <see cref="Recipients"/>.</summary>
    public IReadOnlyList<RcptParameters> RecipientParameters => _recipientParameters;

    internal void Add(ForwardPath recipient, RcptParameters parameters)
    {
        _recipients.Add(recipient);
        _recipientParameters.Add(parameters);
    }
}
