using Mailfleet.Message;

namespace Mailfleet.Smtp;

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
