using System.Collections.Concurrent;
using Mailfleet.Cell;
using Mailfleet.Filter.Storage;

namespace Mailfleet.Filter.Sending;

/// <summary>
/// Keeps what accounts send within their allowance, over all nodes of the cell. A node reads an account's sums when it sends, at most two seconds old, and
/// writes what it took about each second: several nodes at once may go beyond the allowance by what they take in between.
/// </summary>
public sealed class SendingBook(SentRows rows, SendingAllowance allowance, TimeProvider clock)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<MailboxKey, Account> _accounts = [];

    /// <summary>What an account may send; may change at any time.</summary>
    public SendingAllowance Allowance { get; set; } = allowance;

    /// <summary>Accounts in memory.</summary>
    internal int Count => _accounts.Count;

    /// <summary>Whether a message to so many may be taken now.</summary>
    public async ValueTask<bool> MayTakeAsync(MailboxKey mailbox, int recipients, CancellationToken cancellationToken)
    {
        Account account = await FindAsync(mailbox, cancellationToken);
        lock (account)
            return account.HasRoom(Allowance, recipients);
    }

    /// <summary>Counts a message; null when it would be too much. Who disposes of the result without keeping it takes it back.</summary>
    public async ValueTask<SendingTurn?> TakeAsync(MailboxKey mailbox, int recipients, CancellationToken cancellationToken)
    {
        Account account = await FindAsync(mailbox, cancellationToken);
        lock (account)
        {
            if (!account.HasRoom(Allowance, recipients))
                return null;
            account.Messages++;
            account.Recipients += recipients;
        }

        return new SendingTurn(() => GiveBack(mailbox, recipients));
    }

    /// <summary>Writes what was taken since the last time.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        List<(MailboxKey Mailbox, int Messages, int Recipients)> taken = [];
        foreach ((MailboxKey mailbox, Account account) in _accounts)
        {
            lock (account)
            {
                if (account.Messages != 0 || account.Recipients != 0)
                    taken.Add((mailbox, account.Messages, account.Recipients));
                else if (clock.GetElapsedTime(account.UsedAt) > KeptFor)
                    account.IsGone = _accounts.TryRemove(mailbox, out _);
            }
        }

        if (taken.Count == 0)
            return;

        await rows.AddAsync(Hour(), taken, cancellationToken);
        foreach ((MailboxKey mailbox, int messages, int recipients) in taken)
        {
            Account account = _accounts[mailbox];
            lock (account)
            {
                account.Messages -= messages;
                account.Recipients -= recipients;
                account.LoadedAt = null;
            }
        }
    }

    private void GiveBack(MailboxKey mailbox, int recipients)
    {
        while (true)
        {
            Account account = _accounts.GetOrAdd(mailbox, _ => new Account());
            lock (account)
            {
                if (account.IsGone)
                    continue;
                account.Messages--;
                account.Recipients -= recipients;
                account.UsedAt = clock.GetTimestamp();
                return;
            }
        }
    }

    private async ValueTask<Account> FindAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        while (true)
        {
            Account account = _accounts.GetOrAdd(mailbox, _ => new Account());
            lock (account)
            {
                account.UsedAt = clock.GetTimestamp();
                if (account is { IsGone: false, LoadedAt: { } at } && clock.GetElapsedTime(at) < GoodFor)
                    return account;
            }

            long loadedAt = clock.GetTimestamp();
            SentSums sums = await rows.ReadAsync(mailbox, Hour(), cancellationToken);
            lock (account)
            {
                if (account.IsGone)
                    continue;
                account.Sums = sums;
                account.LoadedAt = loadedAt;
                return account;
            }
        }
    }

    private DateTimeOffset Hour()
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
    }

    // Its own lock guards it.
    private sealed class Account
    {
        public SentSums Sums { get; set; }

        /// <summary>When the sums were read; null when they are to be read anew.</summary>
        public long? LoadedAt { get; set; }

        /// <summary>Taken here and not written yet; what was given back after it was written is less than nothing.</summary>
        public int Messages { get; set; }

        public int Recipients { get; set; }

        public long UsedAt { get; set; }

        public bool IsGone { get; set; }

        public bool HasRoom(SendingAllowance allowance, int recipients) => Sums.SendsFreely
            || (Sums.HourMessages + Messages < allowance.MessagesPerHour
                && Sums.DayMessages + Messages < allowance.MessagesPerDay
                && Sums.HourRecipients + Recipients + recipients <= allowance.RecipientsPerHour
                && Sums.DayRecipients + Recipients + recipients <= allowance.RecipientsPerDay);
    }
}
