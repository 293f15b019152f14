using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Smtp;

/// <summary>Judges a header before anything of the message is stored.</summary>
/// <param name="maySendAs">For submission: whether the log-in may write as this address; null at the MX.</param>
internal sealed class HeaderPolicy(int maxHops, Func<MailAddress, CancellationToken, ValueTask<bool>>? maySendAs)
{
    /// <returns>The refusal, or null.</returns>
    public async ValueTask<SmtpReply?> JudgeAsync(HeaderBlock header, CancellationToken cancellationToken)
    {
        if (header.Count("Received") > maxHops)
            return Replies.TooManyHops;

        // Readers differ in which of several they show; the one that was checked may be another (RFC 5322 §3.6).
        if (header.Count("From") > 1)
            return Replies.SeveralFrom;

        return maySendAs is null ? null : await JudgeAuthorAsync(header, maySendAs, cancellationToken);
    }

    private static async ValueTask<SmtpReply?> JudgeAuthorAsync(
        HeaderBlock header, Func<MailAddress, CancellationToken, ValueTask<bool>> maySendAs, CancellationToken cancellationToken)
    {
        if (!header.IsWellFormed)
            return Replies.MalformedHeader;

        IReadOnlyList<MailAddress>? authors = header.Find("From") is { } from ? AddressList.Parse(from.Value) : null;
        if (authors is null or [])
            return Replies.NoFrom;

        foreach (MailAddress author in authors)
        {
            if (!await maySendAs(author, cancellationToken))
                return Replies.FromNotYours(author);
        }

        return null;
    }
}
