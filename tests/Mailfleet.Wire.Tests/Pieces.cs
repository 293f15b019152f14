using CsCheck;

namespace Mailfleet.Wire.Tests;

/// <summary>Input that is likely to be trouble, and every way to cut it.</summary>
internal static class Pieces
{
    private static readonly string[] Starts = ["", ".", "..", ".a", "a", "a.b", "\0\u00ff", "x."];

    /// <summary>Mostly line ends and dots.</summary>
    public static Gen<byte[]> Troublesome { get; } = Gen.Int[0, 4].Select(static i => (byte)"\r\n.a\0"[i]).Array[0, 40];

    /// <summary>Well-formed content: lines that end in CRLF, many of them with dots in front.</summary>
    public static Gen<byte[]> Lines { get; } =
        Gen.Int[0, Starts.Length - 1].Select(static i => Starts[i]).Array[0, 12]
            .Select(static lines => lines.SelectMany(static line => System.Text.Encoding.Latin1.GetBytes($"{line}\r\n")).ToArray());

    /// <summary>Cuts the input into pieces of the given lengths, over and over.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] input, int[] lengths)
    {
        int at = 0;
        for (int i = 0; at < input.Length; i++)
        {
            int length = lengths.Length == 0 ? input.Length : Math.Min(Math.Max(1, lengths[i % lengths.Length]), input.Length - at);
            yield return input.AsMemory(at, length);
            at += length;
        }
    }
}
