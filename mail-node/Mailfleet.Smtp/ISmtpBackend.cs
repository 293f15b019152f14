using Mailfleet.Message;

namespace Mailfleet.Smtp;

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
