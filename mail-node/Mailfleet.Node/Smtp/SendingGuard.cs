using Mailfleet.Directory;
using Mailfleet.Filter;
using Mailfleet.Filter.Sending;
using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Smtp;

/// <summary>Rates of mail before the backend that judges it: of users by account, of strangers by address.</summary>
internal sealed class SendingGuard(ISmtpBackend inner, SendingBook book, PeerPolicy peers) : ISmtpBackend
{
    public ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken) =>
        inner.LogInAsync(client, user, password, cancellationToken);

    public async ValueTask<SmtpReply?> CheckSenderAsync(SmtpClient client, ReversePath from, long? declaredSize, CancellationToken cancellationToken)
    {
        if (await inner.CheckSenderAsync(client, from, declaredSize, cancellationToken) is { IsPositive: false } refusal)
            return refusal;
        if (client.Identity?.Tag is MailboxEntry account)
            return await book.MayTakeAsync(account.Key, 1, cancellationToken) ? null : Replies.SendingTooMuch;
        return client.IsTrusted || peers.TakesMessage(client.Remote.Address) ? null : Replies.TooManyMessages;
    }

    public async ValueTask<SmtpReply?> CheckRecipientAsync(SmtpTransaction transaction, ForwardPath to, CancellationToken cancellationToken)
    {
        SmtpReply? judged = await inner.CheckRecipientAsync(transaction, to, cancellationToken);
        if (judged is { IsPositive: false } || transaction.Client.Identity?.Tag is not MailboxEntry account)
            return judged;
        return await book.MayTakeAsync(account.Key, transaction.Recipients.Count + 1, cancellationToken) ? judged : Replies.SendingTooMuch;
    }

    public async ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.Client.Identity?.Tag is not MailboxEntry account)
            return await inner.StartMessageAsync(transaction, cancellationToken);

        // Counted before its first byte, so that many connections at once are no way around.
        if (await book.TakeAsync(account.Key, transaction.Recipients.Count, cancellationToken) is not { } turn)
            return new RefusedMessage(Replies.SendingTooMuch);
        try
        {
            return new CountedMessage(await inner.StartMessageAsync(transaction, cancellationToken), turn);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private sealed class CountedMessage(ISmtpMessage message, SendingTurn turn) : ISmtpMessage
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => message.WriteAsync(content, cancellationToken);

        public async ValueTask<SmtpReply> AcceptAsync()
        {
            SmtpReply reply = await message.AcceptAsync();
            if (reply.IsPositive)
                turn.Keep();
            return reply;
        }

        public async ValueTask DisposeAsync()
        {
            turn.Dispose();
            await message.DisposeAsync();
        }
    }
}
