using System.Globalization;
using System.Text;

namespace Mailfleet.Store.Folders;

/// <summary>
/// One level's name, in Unicode's composed form (NFC), so that equal names are equal bytes. It holds no <c>/</c>, which separates levels on the wire, nothing
/// that cannot be seen or that turns the text around, and no white space at its ends.
/// </summary>
public readonly record struct FolderName
{
    /// <summary>In UTF-8. RFC 8621 §2 wants at least 100; clients show far less.</summary>
    public const int MaxBytes = 200;

    private readonly string? _value;

    private FolderName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A folder has a name.");

    /// <summary>RFC 3501 §5.1: this name, in any case, is the inbox's on the top level.</summary>
    internal bool IsInbox => Value.Equals("INBOX", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when no folder can have this name.</summary>
    public static FolderName? TryParse(string text)
    {
        // Long before it is normalised: hostile text may grow on the way.
        if (text.Length is 0 or > MaxBytes || !IsWhole(text))
            return null;
        string name = text.Normalize(NormalizationForm.FormC);
        return Encoding.UTF8.GetByteCount(name) <= MaxBytes
            && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1])
            && name.EnumerateRunes().All(IsAllowed)
            ? new FolderName(name) : null;
    }

    public override string ToString() => _value ?? "";

    // Halves of surrogate pairs make Normalize throw.
    private static bool IsWhole(string text)
    {
        for (int index = 0; index < text.Length; index += char.IsHighSurrogate(text[index]) ? 2 : 1)
        {
            if (char.IsSurrogate(text[index]) && !(index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1])))
                return false;
        }

        return true;
    }

    private static bool IsAllowed(Rune rune) => rune.Value switch
    {
        '/' => false,
        0x200C or 0x200D => true,                       // joiners: Persian and Indic words, and emoji, need them
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned),
    };
}
