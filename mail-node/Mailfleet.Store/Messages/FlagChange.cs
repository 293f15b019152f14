namespace Mailfleet.Store.Messages;

/// <summary>What becomes of a message's marks: first all or some go, then some are added.</summary>
public sealed class FlagChange
{
    private FlagChange(bool isReplacement, FlagSet added, FlagSet removed) => (IsReplacement, Added, Removed) = (isReplacement, added, removed);

    internal bool IsReplacement { get; }

    internal FlagSet Added { get; }

    internal FlagSet Removed { get; }

    /// <summary>IMAP's FLAGS: exactly these.</summary>
    public static FlagChange Set(FlagSet marks) => new(true, marks, FlagSet.None);

    /// <summary>IMAP's +FLAGS.</summary>
    public static FlagChange Add(FlagSet marks) => new(false, marks, FlagSet.None);

    /// <summary>IMAP's -FLAGS.</summary>
    public static FlagChange Remove(FlagSet marks) => new(false, FlagSet.None, marks);

    /// <summary>A JMAP patch: some of each. What is in both is added.</summary>
    public static FlagChange Patch(FlagSet added, FlagSet removed) => new(false, added, removed);

    /// <summary>What a message so marked is marked with afterwards; null when that is too much.</summary>
    internal FlagSet? ApplyTo(FlagSet marks) =>
        FlagSet.TryCreate(
            (IsReplacement ? MessageFlags.None : marks.Bits & ~Removed.Bits) | Added.Bits,
            [.. IsReplacement ? [] : marks.Keywords.Except(Removed.Keywords), .. Added.Keywords]);
}
