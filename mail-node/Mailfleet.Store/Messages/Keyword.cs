namespace Mailfleet.Store.Messages;

/// <summary>A user's own mark on a message, in lower case: keywords are compared without case (RFC 5788 §2, RFC 8621 §4.1.1).</summary>
public readonly record struct Keyword
{
    /// <summary>RFC 8621 §4.1.1 allows 255; a mailbox with 100,000 messages shall not carry books.</summary>
    public const int MaxLength = 100;

    private static readonly Dictionary<string, MessageFlags> Bits = new(StringComparer.Ordinal)
    {
        ["$seen"] = MessageFlags.Seen,
        ["$answered"] = MessageFlags.Answered,
        ["$flagged"] = MessageFlags.Flagged,
        ["$draft"] = MessageFlags.Draft,
        ["$deleted"] = MessageFlags.Deleted,
        ["$forwarded"] = MessageFlags.Forwarded,
        ["$junk"] = MessageFlags.Junk,
        ["$notjunk"] = MessageFlags.NotJunk,
        ["$mdnsent"] = MessageFlags.MdnSent,
        ["$phishing"] = MessageFlags.Phishing,
    };

    private readonly string? _value;

    private Keyword(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A keyword has a name.");

    /// <summary>The bit that this keyword is kept as; None for all others.</summary>
    internal MessageFlags Bit => Bits.GetValueOrDefault(Value);

    /// <summary>Null when it is none: ASCII without controls, space and what IMAP's grammar keeps for itself (RFC 3501 §9, atom).</summary>
    public static Keyword? TryParse(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(character => character is > ' ' and < '\x7f' && !"(){]%*\"\\".Contains(character, StringComparison.Ordinal))
            ? new Keyword(text.ToLowerInvariant()) : null;

    public override string ToString() => _value ?? "";
}
