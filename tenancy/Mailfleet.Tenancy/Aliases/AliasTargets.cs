using System.Diagnostics.CodeAnalysis;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Aliases;

/// <summary>Where an alias leads: addresses in the form the cell compares, each once.</summary>
internal static class AliasTargets
{
    private const int MaxLocalOctets = 64; // RFC 5321 §4.5.3.1.1
    private const string Atext = "!#$%&'*+-/=?^_`{|}~"; // RFC 5321 §4.1.2 (RFC 5322 §3.2.3)

    /// <param name="localPart">Of the alias: only a catch-all may lead to the same local part elsewhere.</param>
    /// <param name="fault">A sentence that names the target at fault.</param>
    public static bool TryParse(
        string localPart, IReadOnlyList<string> given, [NotNullWhen(true)] out IReadOnlyList<string>? targets, [NotNullWhen(false)] out string? fault)
    {
        targets = null;
        if (given.Count is 0 or > DesiredAlias.MaxTargets)
        {
            fault = $"Name 1 to {DesiredAlias.MaxTargets} addresses that it leads to. Larger circles are mailing lists.";
            return false;
        }

        List<string> parsed = [];
        foreach (string text in given)
        {
            if (!TryParseOne(text, out string? target))
            {
                fault = $"'{Shown(text)}' is not an address that mail can be sent to.";
                return false;
            }

            if (target.StartsWith("*@", StringComparison.Ordinal) && (localPart != DesiredAlias.CatchAll || given.Count > 1))
            {
                fault = $"'{target}' means the same local part in another domain: only a catch-all can lead there, and nowhere else.";
                return false;
            }

            if (!parsed.Contains(target))
                parsed.Add(target);
        }

        (targets, fault) = (parsed, null);
        return true;
    }

    private static bool TryParseOne(string? text, [NotNullWhen(true)] out string? target)
    {
        string trimmed = (text ?? "").Trim().ToLowerInvariant();
        int at = trimmed.LastIndexOf('@');
        target = at > 0 && IsDotString(trimmed[..at]) && DomainName.TryParse(trimmed[(at + 1)..], out DomainName domain, out _)
            ? $"{trimmed[..at]}@{domain}"
            : null;
        return target is not null;
    }

    // Wider than a local part of ours: mail may be sent on to hosts with other customs.
    private static bool IsDotString(string local) =>
        local.Length <= MaxLocalOctets
        && local.Split('.').All(atom => atom.Length > 0 && atom.All(c => char.IsAsciiLetterOrDigit(c) || Atext.Contains(c, StringComparison.Ordinal)));

    private static string Shown(string? text) => text is { Length: > 80 } ? text[..80] + "…" : text ?? "";
}
