using System.Buffers;
using System.Text;
using CsCheck;

namespace Mailfleet.Wire.Tests;

public sealed class LineParserTests
{
    private const int Limit = 12;

    [Theory]
    [InlineData("NOOP\r\n", LineStatus.Line, "NOOP")]
    [InlineData("\r\n", LineStatus.Line, "")]
    [InlineData("NOOP\n", LineStatus.BadLineEnd, "")]
    [InlineData("\n", LineStatus.BadLineEnd, "")]
    [InlineData("NO\rOP\r\n", LineStatus.BadLineEnd, "")]
    [InlineData("NOOP\r\r\n", LineStatus.BadLineEnd, "")]
    [InlineData("1234567890\r\n", LineStatus.Line, "1234567890")]
    [InlineData("12345678901\r\n", LineStatus.TooLong, "")]
    [InlineData("NOOP\r", LineStatus.Incomplete, "")]
    [InlineData("", LineStatus.Incomplete, "")]
    public void TakesOneLine(string input, LineStatus status, string line)
    {
        ReadOnlySequence<byte> buffer = new(Encoding.ASCII.GetBytes(input));
        bool skipping = false;
        Assert.Equal(status, LineParser.TryTake(ref buffer, Limit, ref skipping, out ReadOnlySequence<byte> taken));
        Assert.Equal(line, Encoding.ASCII.GetString(taken));
    }

    [Fact]
    public void CuttingTheInputDoesNotMatter() => Gen.Select(Pieces.Troublesome, Gen.Int[1, 9].Array[0, 4]).Sample((input, lengths) =>
        Assert.Equal(Read([input]), Read(Pieces.Cut(input, lengths))));

    [Fact]
    public void NeverHoldsMoreThanTheLimit()
    {
        ReadOnlySequence<byte> buffer = new(new byte[1000]);
        bool skipping = false;
        Assert.Equal(LineStatus.Incomplete, LineParser.TryTake(ref buffer, Limit, ref skipping, out _));
        Assert.True(buffer.IsEmpty);
        Assert.True(skipping);
    }

    // What a reader does: it keeps what was not consumed and appends the next piece.
    private static List<string> Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        List<string> lines = [];
        byte[] kept = [];
        bool skipping = false;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            ReadOnlySequence<byte> buffer = new([.. kept, .. piece.Span]);
            while (LineParser.TryTake(ref buffer, Limit, ref skipping, out ReadOnlySequence<byte> line) is var status and not LineStatus.Incomplete)
                lines.Add($"{status} {Encoding.Latin1.GetString(line)}");
            kept = buffer.ToArray();
        }
        return lines;
    }
}
