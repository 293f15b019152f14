using System.Buffers;
using System.Text;
using CsCheck;
using Mailfleet.Delivery.Client;

namespace Mailfleet.Delivery.Tests;

public sealed class LineEndGuardTests
{
    private static readonly string[] Parts = ["\r", "\n", "a", ".", "\r\n", "\r\n.", "text"];

    private static readonly Gen<string[]> Pieces = Gen.Int[0, 6].Select(part => Parts[part]).Array[0, 12].Select(parts => string.Concat(parts)).Array[0, 6];

    [Fact]
    public void NoBareLineEndPassesHoweverTheContentIsCut() => Pieces.Sample(pieces =>
    {
        string output = Pass(pieces);
        string lines = output.Replace("\r\n", "", StringComparison.Ordinal);
        return !lines.Contains('\r', StringComparison.Ordinal) && !lines.Contains('\n', StringComparison.Ordinal);
    });

    [Fact]
    public void CuttingChangesNothing() => Pieces.Sample(pieces => Pass(pieces) == Pass([string.Concat(pieces)]));

    [Fact]
    public void CleanContentPassesUntouched() => Pieces.Select(pieces => pieces.Select(piece => piece.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)).ToArray())
        .Sample(pieces => Pass(pieces) == string.Concat(pieces));

    private static string Pass(string[] pieces)
    {
        LineEndGuard guard = default;
        ArrayBufferWriter<byte> scratch = new();
        StringBuilder output = new();
        foreach (string piece in pieces)
            output.Append(Encoding.Latin1.GetString(guard.Pass(Encoding.Latin1.GetBytes(piece), scratch)));
        return output.Append(Encoding.Latin1.GetString(guard.Rest)).ToString();
    }
}
