using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Tenancy.Names;

/// <summary>The part of an address before the @, in the one form the directory compares: lower case, no sub-address.</summary>
public readonly record struct LocalPart
{
    private const int MaxOctets = 64; // RFC 5321 §4.5.3.1.1

    private readonly string? _value;

    private LocalPart(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A default LocalPart names nobody.");

    /// <summary>
    /// Narrower than RFC 5321's Dot-string on purpose: "+" separates sub-addresses, "%", "!" and "|" are routing and shell traps,
    /// and two addresses that look alike must not be two people's.
    /// </summary>
    public static bool TryParse(string? text, out LocalPart local, [NotNullWhen(false)] out string? fault)
    {
        string canonical = (text ?? "").Trim().ToLowerInvariant();
        fault = FindFault(canonical);
        local = fault is null ? new LocalPart(canonical) : default;
        return fault is null;
    }

    public override string ToString() => Value;

    private static string? FindFault(string text)
    {
        if (text.Length == 0)
            return "Type the part of the address before the @.";
        if (text.Length > MaxOctets)
            return "The part before the @ is longer than 64 characters.";
        if (!text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' or '\''))
            return "The part before the @ may have letters, digits, dots, hyphens, underscores and apostrophes.";
        return text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal)
            ? "Dots may stand only between other characters." // RFC 5321 §4.1.2, Dot-string
            : null;
    }
}
