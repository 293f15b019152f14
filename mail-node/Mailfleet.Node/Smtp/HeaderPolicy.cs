using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Smtp;

/// <summary>Judges a header before anything of the message is stored.</summary>
/// <param name="recipients">What Delivered-To will say of this delivery.</param>
/// <param name="maySendAs">For submission: whether the log-in may write as this address; null at the MX.</param>
internal sealed class HeaderPolicy(int maxHops, IReadOnlyList<MailAddress> recipients, Func<MailAddress, CancellationToken, ValueTask<bool>>? maySendAs)
{
    /// <returns>The refusal, or null.</returns>
    public async ValueTask<SmtpReply?> JudgeAsync(HeaderBlock header, CancellationToken cancellationToken)
    {
        if (header.Count("Received") > maxHops)
            return Replies.TooManyHops;

        if (HasBeenDelivered(header))
            return Replies.DeliveredBefore;

        // Readers differ in which of several they show; the one that was checked may be another (RFC 5322 §3.6).
        if (header.Count("From") > 1)
            return Replies.SeveralFrom;

        return maySendAs is null ? null : await JudgeAuthorAsync(header, maySendAs, cancellationToken);
    }

    // RFC 9228: the same address again is a loop; a forward outside has sent the message back.
    private bool HasBeenDelivered(HeaderBlock header)
    {
        HashSet<(string, string)>? now = null;
        foreach (HeaderField field in header.Fields)
        {
            if (!field.Is("Delivered-To") || MailAddress.Parse(field.Unfold()) is not { } past)
                continue;
            now ??= [.. recipients.Select(Canonical)];
            if (now.Contains(Canonical(past)))
                return true;
        }

        return false;
    }

    // Case of a local part is ours to judge (RFC 5321 §2.4): it does not count.
    private static (string LocalPart, string Domain) Canonical(MailAddress address) => (address.LocalPart.ToLowerInvariant(), address.Domain);

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
