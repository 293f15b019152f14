using System.Security.Cryptography;
using System.Text;
using Mailfleet.Message;

namespace Mailfleet.Delivery.Forwarding;

/// <summary>
/// The Sender Rewriting Scheme: a forward leaves under an address of the domain that forwards, so that the next host's SPF check asks that domain, and a bounce
/// comes back here and finds its way to the first sender: <c>SRS0=hash=day=domain=local@forwarder</c>. The hash keeps strangers from making us relay, the day
/// from using an address for ever.
/// </summary>
/// <param name="secrets">The first signs, all verify: a new one may be put in front at any time.</param>
public sealed class SenderRewriting(IReadOnlyList<byte[]> secrets)
{
    /// <summary>Longer than any bounce is worth: a queue gives up after five days.</summary>
    public const int LifetimeDays = 21;

    private const string Tag = "SRS0=";
    private const int HashLength = 8;           // 40 bits: guessing needs half a trillion tries, each a refused RCPT
    private const int DayLength = 2;
    private const int DayCycle = 1024;          // two digits of base 32
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";      // one case, because hosts on the way change case

    /// <summary>The reverse-path of a forward.</summary>
    /// <returns>The sender itself where it needs no rewriting; the null path where no rewritten address has room for it: better no bounce than no delivery.</returns>
    public ReversePath Rewrite(ReversePath sender, string forwarder, DateTimeOffset now)
    {
        if (sender.Address is not { } address || address.Domain == forwarder || address.HasAddressLiteral)
            return sender;
        string day = DayOf(now);
        string local = $"{Tag}{HashOf(secrets[0], day, address.Domain, address.LocalPart)}={day}={address.Domain}={address.LocalPart}";
        return MailAddress.Create(local, forwarder) is { } rewritten ? new ReversePath(rewritten) : ReversePath.Null;
    }

    /// <summary>Whom a bounce to a rewritten address is for; null when it is none of ours, too old, or forged.</summary>
    public MailAddress? Restore(MailAddress rewritten, DateTimeOffset now)
    {
        string local = rewritten.LocalPart;
        if (!local.StartsWith(Tag, StringComparison.OrdinalIgnoreCase))
            return null;
        string[] parts = local[Tag.Length..].Split('=', 4);
        if (parts is not [{ Length: HashLength } hash, { Length: DayLength } day, { Length: > 0 } domain, { Length: > 0 } user])
            return null;
        day = day.ToLowerInvariant();
        byte[] given = Encoding.UTF8.GetBytes(hash.ToLowerInvariant());
        bool isOurs = false;
        foreach (byte[] secret in secrets)
            isOurs |= CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(HashOf(secret, day, domain, user)));
        return isOurs && IsFresh(day, now) ? MailAddress.Create(user, domain) : null;
    }

    // Local parts and domains are hashed without case: a host on the way may have changed it.
    private static string HashOf(byte[] secret, string day, string domain, string local)
    {
        byte[] mac = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{day}={domain.ToLowerInvariant()}={local.ToLowerInvariant()}"));
        return string.Create(HashLength, mac, static (text, mac) =>
        {
            for (int index = 0; index < text.Length; index++)
                text[index] = Digits[mac[index] & 31];
        });
    }

    private static int DayNumber(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400 % DayCycle);

    private static string DayOf(DateTimeOffset now) => $"{Digits[DayNumber(now) / 32]}{Digits[DayNumber(now) % 32]}";

    private static bool IsFresh(string day, DateTimeOffset now)
    {
        int high = Digits.IndexOf(day[0], StringComparison.Ordinal);
        int low = Digits.IndexOf(day[1], StringComparison.Ordinal);
        return high >= 0 && low >= 0 && (DayNumber(now) - ((high * 32) + low) + DayCycle) % DayCycle <= LifetimeDays;
    }
}
