using System.Buffers;
using System.Text;
using CsCheck;

namespace Mailfleet.Wire.Tests;

public sealed class DotTests
{
    private static readonly Gen<int[]> Lengths = Gen.Int[1, 9].Array[0, 4];

    [Fact]
    public void CuttingTheInputDoesNotMatter() => Gen.Select(Pieces.Troublesome, Lengths).Sample((input, lengths) =>
    {
        byte[] block = [.. input, .. "\r\n.\r\nMORE"u8];
        (BlockStatus whole, byte[] content, int consumed) = Decode([block]);
        (BlockStatus cut, byte[] pieces, int consumedInPieces) = Decode(Pieces.Cut(block, lengths));
        Assert.Equal(whole, cut);
        if (whole != BlockStatus.Complete)
            return;
        Assert.Equal(content, pieces);
        Assert.Equal(consumed, consumedInPieces);
    });

    [Fact]
    public void DecodingUndoesEncoding() => Gen.Select(Pieces.Lines, Lengths).Sample((content, lengths) =>
    {
        ArrayBufferWriter<byte> encoded = new();
        DotEncoder encoder = default;
        foreach (ReadOnlyMemory<byte> piece in Pieces.Cut(content, lengths))
            encoder.Encode(piece.Span, encoded);
        encoder.Finish(encoded);
        (BlockStatus status, byte[] decoded, int consumed) = Decode([encoded.WrittenMemory]);
        Assert.Equal(BlockStatus.Complete, status);
        Assert.Equal(content, decoded);
        Assert.Equal(encoded.WrittenCount, consumed);
    });

    // The oracle is the sentence of RFC 5321 §2.3.8 and §4.5.2, written down as slowly as it reads.
    [Fact]
    public void AgreesWithTheRfcReadSlowly() => Pieces.Troublesome.Sample(input =>
    {
        byte[] block = [.. input, .. "\r\n.\r\n"u8];
        (BlockStatus status, byte[] content, _) = Decode([block]);
        (BlockStatus expected, byte[] expectedContent) = Slowly(Encoding.Latin1.GetString(block));
        Assert.Equal(expected, status);
        if (expected == BlockStatus.Complete)
            Assert.Equal(expectedContent, content);
    });

    [Theory]
    [InlineData("", "\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r", "a\r\n.\r\n")]
    public void ALastLineWithoutAnEndGetsOne(string content, string sent)
    {
        ArrayBufferWriter<byte> encoded = new();
        DotEncoder encoder = default;
        encoder.Encode(Encoding.ASCII.GetBytes(content), encoded);
        encoder.Finish(encoded);
        Assert.Equal(content.Length == 0 ? ".\r\n" : sent, Encoding.ASCII.GetString(encoded.WrittenSpan));
    }

    private static (BlockStatus Status, byte[] Content, int Consumed) Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        DotDecoder decoder = default;
        MemoryStream content = new();
        int consumed = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            ReadOnlyMemory<byte> rest = piece;
            while (!rest.IsEmpty)
            {
                DotStep step = decoder.Decode(rest.Span);
                content.Write(rest.Span.Slice(step.ContentStart, step.ContentLength));
                consumed += step.Consumed;
                if (step.Status != BlockStatus.Incomplete)
                    return (step.Status, content.ToArray(), consumed);
                Assert.NotEqual(0, step.Consumed);
                rest = rest[step.Consumed..];
            }
        }
        return (BlockStatus.Incomplete, content.ToArray(), consumed);
    }

    private static (BlockStatus Status, byte[] Content) Slowly(string block)
    {
        StringBuilder content = new();
        while (true)
        {
            int end = block.IndexOf("\r\n", StringComparison.Ordinal);
            string line = end < 0 ? block : block[..end];
            if (line.Contains('\r', StringComparison.Ordinal) || line.Contains('\n', StringComparison.Ordinal))
                return (BlockStatus.BadLineEnd, []);
            if (end < 0)
                return (BlockStatus.Incomplete, []);
            if (line == ".")
                return (BlockStatus.Complete, Encoding.Latin1.GetBytes(content.ToString()));
            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            block = block[(end + 2)..];
        }
    }
}
