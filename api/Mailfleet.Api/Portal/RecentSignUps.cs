using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.SignUps;

namespace Mailfleet.Api.Portal;

/// <summary>
/// A form sent twice (a double click, a reload) signs up once and both lead to the same page. The same form is the same antiforgery token with the
/// same values; only a hash of it is kept. It covers this host only: on another one the second form meets "domain taken", and nothing is made twice.
/// </summary>
internal sealed class RecentSignUps(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10); // longer than any patience with a spinning page

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    public async Task<Outcome<SignUpReceipt>> OnceAsync(string formToken, SignUp command, Func<SignUp, Task<Outcome<SignUpReceipt>>> signUp)
    {
        Prune();
        string key = Fingerprint(formToken, command);
        Entry entry = _entries.GetOrAdd(key, _ => new Entry(clock.GetTimestamp(), new Lazy<Task<Outcome<SignUpReceipt>>>(() => signUp(command))));
        bool isAccepted = false;
        try
        {
            Outcome<SignUpReceipt> outcome = await entry.Outcome.Value;
            isAccepted = outcome.IsAccepted;
            return outcome;
        }
        finally
        {
            if (!isAccepted) // a refusal or a fault may end differently next time
                _entries.TryRemove(new KeyValuePair<string, Entry>(key, entry));
        }
    }

    private void Prune()
    {
        foreach (KeyValuePair<string, Entry> entry in _entries)
            if (clock.GetElapsedTime(entry.Value.Since) > Kept)
                _entries.TryRemove(entry);
    }

    // Lengths stand before the values, so that no two commands read alike.
    private static string Fingerprint(string formToken, SignUp command)
    {
        StringBuilder text = new();
        foreach (string value in (ReadOnlySpan<string>)[formToken, command.Company, command.Plan, command.Domain, command.Mailbox, command.Password, command.Email ?? string.Empty])
            text.Append(value.Length).Append(':').Append(value);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private sealed record Entry(long Since, Lazy<Task<Outcome<SignUpReceipt>>> Outcome);
}
