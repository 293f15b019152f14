using System.Buffers;

namespace Mailfleet.Wire;

/// <summary>Dot-stuffing of RFC 1939 §3 and RFC 5321 §4.5.2 over pieces of any size.</summary>
public struct DotEncoder
{
    private bool _inLine;
    private bool _endsInCr;

    /// <summary>Writes the piece with a dot put before each line that begins with one.</summary>
    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!input.IsEmpty)
        {
            if (!_inLine && input[0] == '.')
                output.Write("."u8);
            int next = input.IndexOf("\n."u8);
            int length = next < 0 ? input.Length : next + 1;
            output.Write(input[..length]);
            _inLine = input[length - 1] != '\n';
            _endsInCr = input[length - 1] == '\r';
            input = input[length..];
        }
    }

    /// <summary>Ends the block; a last line without an end gets one, or the dot would not stand alone.</summary>
    public readonly void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_inLine)
            output.Write(_endsInCr ? "\n"u8 : "\r\n"u8);
        output.Write(".\r\n"u8);
    }
}
