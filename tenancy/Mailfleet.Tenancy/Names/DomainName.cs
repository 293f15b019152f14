using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mailfleet.Tenancy.Names;

/// <summary>A mail domain in its one canonical form: lower-case A-labels (RFC 5890 §2.3.2.1), two labels at least, no final dot.</summary>
public readonly record struct DomainName
{
    private const int MaxNameOctets = 253;  // RFC 1035 §2.3.4: 255 octets on the wire
    private const int MaxLabelOctets = 63;  // RFC 1035 §2.3.4
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    private readonly string? _value;

    private DomainName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A default DomainName names nothing.");

    /// <summary>As people read it.</summary>
    public string Unicode => Idn.GetUnicode(Value);

    /// <summary>Labels from the top down, each with a final dot: <c>test.demo.</c> All names below one begin with its own.</summary>
    public string Reversed => string.Concat(Value.Split('.').Reverse().Select(label => label + "."));

    /// <summary>Every name above, without the top-level label, which nobody can claim.</summary>
    public IReadOnlyList<string> Ancestors
    {
        get
        {
            string[] labels = Value.Split('.');
            return [.. Enumerable.Range(1, Math.Max(0, labels.Length - 2)).Select(skip => string.Join('.', labels[skip..]))];
        }
    }

    /// <summary>The last two labels. Everything that can be above or below this name shares them, so a lock on them covers all conflicts; under a suffix like <c>co.uk</c> it covers more than needed, which is safe.</summary>
    public string RegistrableSuffix => string.Join('.', Value.Split('.')[^2..]);

    public static DomainName Parse(string text) =>
        TryParse(text, out DomainName name, out string? fault) ? name : throw new FormatException(fault);

    /// <param name="fault">A sentence for the person who typed it.</param>
    public static bool TryParse(string? text, out DomainName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        if (!TryToAscii(text, out string? ascii))
        {
            fault = "This is not a domain name.";
            return false;
        }

        string[] labels = ascii.Split('.');
        fault = FindFault(ascii, labels);
        if (fault is not null)
            return false;

        name = new DomainName(ascii);
        return true;
    }

    public override string ToString() => Value;

    private static bool TryToAscii(string? text, [NotNullWhen(true)] out string? ascii)
    {
        ascii = null;
        string trimmed = (text ?? "").Trim();
        if (trimmed.EndsWith('.'))
            trimmed = trimmed[..^1];
        if (trimmed.Length is 0 or > MaxNameOctets)
            return false;

        try
        {
            ascii = Idn.GetAscii(trimmed).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false; // IdnMapping has no Try method
        }
    }

    private static string? FindFault(string ascii, string[] labels)
    {
        if (ascii.Length > MaxNameOctets)
            return "The domain name is longer than 253 characters.";
        if (labels.Length < 2)
            return "The domain name needs at least two parts, like example.com.";
        if (!labels.All(IsLabel))
            return "Each part of the domain name may have letters, digits and inner hyphens, 63 characters at most.";
        return labels[^1].All(char.IsAsciiDigit) ? "An IP address is not a domain name." : null; // RFC 3696 §2: no top-level label is all digits
    }

    // RFC 5890 §2.3.1: LDH labels; "--" in third place is reserved for A-labels, and those must be the encoding of something.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelOctets
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && label[0] != '-' && label[^1] != '-'
        && (label.Length < 4 || label[2..4] != "--" || IsALabel(label));

    private static bool IsALabel(string label)
    {
        if (!label.StartsWith("xn--", StringComparison.Ordinal))
            return false;

        try
        {
            string unicode = Idn.GetUnicode(label);
            return unicode != label && Idn.GetAscii(unicode) == label;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
