using Mailfleet.Directory;
using Mailfleet.Node.Smtp;
using Mailfleet.Pop3;
using Mailfleet.Store;

namespace Mailfleet.Node.Pop3;

/// <summary>Logs in by the directory and opens inboxes of the store.</summary>
internal sealed class Pop3Backend(MailDirectory directory, MailStore store, TimeProvider clock) : IPop3Backend
{
    public async ValueTask<Pop3LogIn> LogInAsync(Pop3Client client, string user, string password, CancellationToken cancellationToken) =>
        await directory.AuthenticateAsync(user, password, new LogInSource(client.Remote.Address, client.IsTrusted), cancellationToken) switch
        {
            LogInResult.Accepted accepted => new Pop3LogIn.Accepted(
                new Maildrop(store, accepted.Mailbox.Key, await store.OpenInboxAsync(accepted.Mailbox.Key, cancellationToken), clock),
                ended => directory.Watch(accepted.Standing, ended)),
            LogInResult.Rejected rejected => new Pop3LogIn.Rejected { Delay = rejected.Delay },
            LogInResult.Closed => new Pop3LogIn.Rejected(Replies.AccessBlocked),
            LogInResult.Throttled throttled => new Pop3LogIn.Unavailable { Delay = throttled.Delay, IsOffence = !throttled.IsKnown },
            _ => new Pop3LogIn.Unavailable(),
        };
}
