using System.Buffers;
using Mailfleet.Wire;

namespace Mailfleet.Delivery.Client;

/// <summary>
/// The last gate before the wire: content with CRLF line ends passes untouched, a bare CR or LF becomes a CRLF, however it got into the store. A server that
/// takes either for a line end could otherwise be made to see a message of somebody else's making (SMTP smuggling).
/// </summary>
internal struct LineEndGuard
{
    private LineEndChecker _clean;
    private bool _afterCr;

    /// <summary>Some line end was mended, so the sizes differ.</summary>
    public bool HasMended { get; private set; }

    /// <summary>The piece as it may go out: itself, or a mended copy of it in <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<byte> Pass(ReadOnlySpan<byte> piece, ArrayBufferWriter<byte> scratch)
    {
        if (!HasMended)
        {
            bool wasAfterCr = _clean.IsAfterCr;
            if (_clean.Check(piece))
                return piece;
            HasMended = true;
            _afterCr = wasAfterCr;
        }

        scratch.ResetWrittenCount();
        foreach (byte octet in piece)
            Mend(octet, scratch);
        return scratch.WrittenSpan;
    }

    /// <summary>What is missing at the end: the other half of a line end, or nothing.</summary>
    public readonly ReadOnlySpan<byte> Rest => (HasMended ? _afterCr : _clean.IsAfterCr) ? "\n"u8 : default;

    // A CR goes out at once, so what follows it must be a LF: the one that is there, or ours.
    private void Mend(byte octet, ArrayBufferWriter<byte> output)
    {
        if (_afterCr && octet != '\n')
            output.Write("\n"u8);
        if (!_afterCr && octet == '\n')
            output.Write("\r"u8);
        output.Write([octet]);
        _afterCr = octet == '\r';
    }
}
