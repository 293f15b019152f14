using System.Text;
using System.Text.RegularExpressions;

namespace Mailfleet.Cell.Door;

/// <summary>What every row must be before the database sees it: one bad row would fail the whole statement there.</summary>
internal static partial class DesiredRows
{
    private const int MaxLocalPartBytes = 64; // RFC 5321 §4.5.3.1.1

    /// <summary>The newest row of each id in the order given; the faulty ones are refused.</summary>
    public static IReadOnlyList<T> Newest<T>(
        IReadOnlyList<T> rows, Func<T, string> id, Func<T, long> version, Func<T, string?> fault, Action<string, string> refuse)
    {
        List<T> good = new(rows.Count);
        foreach (T row in rows.GroupBy(id).Select(same => same.MaxBy(version)!))
        {
            if ((IdFault(id(row)) ?? (version(row) < 1 ? "A version is at least 1." : null) ?? fault(row)) is { } why)
                refuse(id(row), why);
            else
                good.Add(row);
        }

        return good;
    }

    public static string? IdFault(string id) => Id().IsMatch(id) ? null : "An id is 1 to 64 letters, digits and underscores.";

    // A newer control plane may know states that this cell does not: better refused than misread.
    public static string? Fault<TState>(TState state) where TState : struct, Enum =>
        Enum.IsDefined(state) ? null : $"The cell does not know the state {state:D}.";

    public static string? LanguageFault(string language) => language is "en" or "zh" ? null : $"The cell does not know the language '{language}'.";

    public static string? QuotaFault(long? quotaBytes) => quotaBytes < 0 ? "A quota is not negative." : null;

    public static string? DomainNameFault(string name) =>
        DomainName().IsMatch(name) ? null : "A domain name is lower-case A-labels without a final dot.";

    public static string? LocalPartFault(string localPart) =>
        localPart.Length > 0 && localPart.EnumerateRunes().All(IsCanonical) && Encoding.UTF8.GetByteCount(localPart) <= MaxLocalPartBytes
            ? null
            : "A local part is 1 to 64 bytes, lower case, without control characters.";

    // The last @: a local part may hold others (RFC 5321 §4.1.2, quoted strings; kept without their quotes).
    public static string? AddressFault(string address) => address.LastIndexOf('@') is > 0 and int at
        ? LocalPartFault(address[..at]) ?? DomainNameFault(address[(at + 1)..])
        : "An address is a local part, @ and a domain.";

    // A lone surrogate is enumerated as the replacement character.
    private static bool IsCanonical(Rune rune) => !Rune.IsControl(rune) && rune != Rune.ReplacementChar && rune == Rune.ToLowerInvariant(rune);

    [GeneratedRegex(@"\A[A-Za-z0-9_]{1,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    // RFC 1035 §2.3.4: labels of at most 63, names of at most 253 characters in text.
    [GeneratedRegex(@"\A(?=.{1,253}\z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DomainName();
}
