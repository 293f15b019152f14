using System.Collections.Immutable;

namespace Mailfleet.Store.Messages;

/// <summary>What a message is marked with: bits, and the other keywords in order. Keywords that are kept as a bit are found among the bits only.</summary>
public sealed class FlagSet : IEquatable<FlagSet>
{
    /// <summary>A message carries no more keywords than this; mail programs use a handful.</summary>
    public const int MaxKeywords = 32;

    public static readonly FlagSet None = new(MessageFlags.None, []);

    private FlagSet(MessageFlags bits, ImmutableArray<Keyword> keywords) => (Bits, Keywords) = (bits, keywords);

    public MessageFlags Bits { get; }

    public ImmutableArray<Keyword> Keywords { get; }

    public bool IsEmpty => Bits == MessageFlags.None && Keywords.IsEmpty;

    /// <summary>Null when there are too many keywords.</summary>
    public static FlagSet? TryCreate(MessageFlags bits, params IEnumerable<Keyword> keywords)
    {
        HashSet<Keyword> others = [];
        foreach (Keyword keyword in keywords)
        {
            bits |= keyword.Bit;
            if (keyword.Bit == MessageFlags.None)
                others.Add(keyword);
        }

        return others.Count > MaxKeywords ? null : new FlagSet(bits, [.. others.OrderBy(keyword => keyword.Value, StringComparer.Ordinal)]);
    }

    public bool Equals(FlagSet? other) => other is not null && Bits == other.Bits && Keywords.SequenceEqual(other.Keywords);

    public override bool Equals(object? obj) => Equals(obj as FlagSet);

    public override int GetHashCode() => HashCode.Combine(Bits, Keywords.Length);

    public override string ToString() => Keywords.IsEmpty ? Bits.ToString() : $"{Bits} {string.Join(' ', Keywords)}";

    /// <summary>As a row has it.</summary>
    internal static FlagSet Read(int flags, string[]? keywords) =>
        flags == 0 && keywords is null ? None : new FlagSet((MessageFlags)flags, [.. (keywords ?? []).Select(keyword => Keyword.TryParse(keyword)).OfType<Keyword>()]);

    internal string[] ToKeywordArray() => [.. Keywords.Select(keyword => keyword.Value)];
}
