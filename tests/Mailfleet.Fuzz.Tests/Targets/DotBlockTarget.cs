using System.Buffers;
using Mailfleet.Wire;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Content of DATA and RETR: the decoder against a slow reading of RFC 5321 §4.5.2, cut and whole, and back through the encoder.</summary>
internal sealed class DotBlockTarget : FuzzTarget
{
    public override string Name => "dot-block";

    public override IReadOnlyList<string> Words { get; } = ["\r\n.\r\n", ".\r\n", "\r\n..", "\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r\r\n"];

    public override ValueTask CheckAsync(byte[] input)
    {
        (BlockStatus status, byte[] content) = Decode(input, input.Length);
        (BlockStatus expectedStatus, byte[] expected) = ReadSlowly(input);
        Assert.Equal(expectedStatus, status);
        (BlockStatus cutStatus, byte[] cut) = Decode(input, 1);
        Assert.Equal(status, cutStatus);
        if (status == BlockStatus.BadLineEnd)
            return ValueTask.CompletedTask;             // of a spoiled block nothing is kept
        Assert.Equal(Escaped.Write(content), Escaped.Write(cut));
        if (status == BlockStatus.Complete)
        {
            Assert.Equal(Escaped.Write(expected), Escaped.Write(content));
            CheckEncoder(content);
        }

        return ValueTask.CompletedTask;
    }

    private static void CheckEncoder(byte[] content)
    {
        ArrayBufferWriter<byte> sent = new();
        DotEncoder encoder = default;
        encoder.Encode(content, sent);
        encoder.Finish(sent);
        (BlockStatus status, byte[] received) = Decode(sent.WrittenSpan.ToArray(), sent.WrittenCount);
        Assert.Equal(BlockStatus.Complete, status);
        Assert.Equal(Escaped.Write(content), Escaped.Write(received));
    }

    private static (BlockStatus Status, byte[] Content) Decode(byte[] input, int pieceLength)
    {
        DotDecoder decoder = default;
        List<byte> content = [];
        for (int start = 0; start < input.Length; start += pieceLength)
        {
            ReadOnlySpan<byte> rest = input.AsSpan(start, Math.Min(pieceLength, input.Length - start));
            while (!rest.IsEmpty)
            {
                DotStep step = decoder.Decode(rest);
                content.AddRange(rest.Slice(step.ContentStart, step.ContentLength));
                if (step.Status != BlockStatus.Incomplete)
                    return (step.Status, [.. content]);
                Assert.True(step.Consumed > 0, "the decoder does not move");
                rest = rest[step.Consumed..];
            }
        }

        return (BlockStatus.Incomplete, [.. content]);
    }

    // Line by line: each must end in CRLF and hold no other CR or LF; a single dot ends the block, a leading one is dropped.
    private static (BlockStatus Status, byte[] Content) ReadSlowly(byte[] input)
    {
        List<byte> content = [];
        int lineStart = 0;
        for (int i = 0; i < input.Length; i++)
        {
            if (input[i] == '\n')
                return (BlockStatus.BadLineEnd, []);
            if (input[i] != '\r')
                continue;
            if (i + 1 == input.Length)
                return (BlockStatus.Incomplete, []);
            if (input[i + 1] != '\n')
                return (BlockStatus.BadLineEnd, []);
            ReadOnlySpan<byte> line = input.AsSpan(lineStart, i + 2 - lineStart);
            if (line.SequenceEqual(".\r\n"u8))
                return (BlockStatus.Complete, [.. content]);
            content.AddRange(line[0] == '.' ? line[1..] : line);
            lineStart = i + 2;
            i++;
        }

        return (BlockStatus.Incomplete, []);
    }
}
