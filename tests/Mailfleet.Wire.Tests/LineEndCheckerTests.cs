using System.Text;
using CsCheck;

namespace Mailfleet.Wire.Tests;

public sealed class LineEndCheckerTests
{
    [Fact]
    public void AcceptsExactlyWhatHasNoBareCrOrLf() => Gen.Select(Pieces.Troublesome, Gen.Int[1, 5].Array[0, 4]).Sample((input, lengths) =>
    {
        LineEndChecker checker = default;
        bool isGood = true;
        foreach (ReadOnlyMemory<byte> piece in Pieces.Cut(input, lengths))
            isGood &= checker.Check(piece.Span);
        string rest = Encoding.Latin1.GetString(input).Replace("\r\n", "", StringComparison.Ordinal);
        Assert.Equal(!rest.Contains('\r', StringComparison.Ordinal) && !rest.Contains('\n', StringComparison.Ordinal), isGood && !checker.IsAfterCr);
        if (isGood && !checker.IsAfterCr)
            Assert.Equal(input.Length == 0 || input[^1] == '\n', checker.IsAtLineStart);
    });
}
