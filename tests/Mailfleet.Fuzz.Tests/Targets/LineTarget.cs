using System.Buffers;
using Mailfleet.Wire;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Command lines: cutting the input changes nothing, and a line that is taken ends in CRLF, has no other CR or LF and keeps the limit.</summary>
internal sealed class LineTarget : FuzzTarget
{
    private const int Limit = 16;

    public override string Name => "line";

    public override IReadOnlyList<string> Words { get; } = ["\r\n", "\n", "\r", "0123456789abcdef", "0123456789abcd\r\n"];

    public override ValueTask CheckAsync(byte[] input)
    {
        List<string> whole = Take([input]);
        Assert.Equal(whole, Take([.. input.Select(static octet => new[] { octet })]));
        Assert.Equal(input.Count(static octet => octet == '\n'), whole.Count);
        return ValueTask.CompletedTask;
    }

    // As a pipe does it: what was not taken is seen again with the next piece.
    private static List<string> Take(IEnumerable<byte[]> pieces)
    {
        List<string> taken = [];
        byte[] rest = [];
        bool skipping = false;
        foreach (byte[] piece in pieces)
        {
            ReadOnlySequence<byte> buffer = new([.. rest, .. piece]);
            while (LineParser.TryTake(ref buffer, Limit, ref skipping, out ReadOnlySequence<byte> line) is var status and not LineStatus.Incomplete)
            {
                byte[] text = line.ToArray();
                Assert.True(text.Length <= Limit - 2);
                Assert.DoesNotContain(text, static octet => octet is (byte)'\r' or (byte)'\n');
                taken.Add($"{status} {Escaped.Write(text)}");
            }

            rest = buffer.ToArray();
            Assert.True(rest.Length < Limit);
        }

        return taken;
    }
}
