using Mailfleet.Wire;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Line ends of BDAT: against the plain statement that CR and LF come in pairs only, cut and whole.</summary>
internal sealed class LineEndTarget : FuzzTarget
{
    public override string Name => "line-end";

    public override IReadOnlyList<string> Words { get; } = ["\r\n", "\r", "\n", "\r\r\n", "text"];

    public override ValueTask CheckAsync(byte[] input)
    {
        string pairsAway = System.Text.Encoding.Latin1.GetString(input).Replace("\r\n", "", StringComparison.Ordinal);
        bool endsInCr = pairsAway.EndsWith('\r') && input[^1] == '\r';
        string judged = endsInCr ? pairsAway[..^1] : pairsAway;
        bool expected = !judged.Contains('\r', StringComparison.Ordinal) && !judged.Contains('\n', StringComparison.Ordinal);

        LineEndChecker whole = default;
        Assert.Equal(expected, whole.Check(input));
        LineEndChecker pieces = default;
        Assert.Equal(expected, input.All(octet => pieces.Check([octet])));
        if (!expected)
            return ValueTask.CompletedTask;
        Assert.Equal((whole.IsAfterCr, whole.IsAtLineStart), (pieces.IsAfterCr, pieces.IsAtLineStart));
        Assert.Equal(endsInCr, whole.IsAfterCr);
        Assert.Equal(input.Length == 0 || input.AsSpan().EndsWith("\r\n"u8), whole.IsAtLineStart);
        return ValueTask.CompletedTask;
    }
}
