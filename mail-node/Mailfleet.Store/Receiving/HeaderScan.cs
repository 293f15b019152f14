using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.Store.Receiving;

/// <summary>Watches a message go by for two things: where its header section ends (RFC 5322 §2.1) and its Message-ID (§3.6.4).</summary>
internal sealed class HeaderScan
{
    // RFC 5322 §2.1.1 ends lines at 998 characters; what is longer is no Message-ID worth threading by.
    private const int LineLimit = 998;

    private static readonly byte[] FieldName = "message-id:"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _line = new(128);
    private readonly ArrayBufferWriter<byte> _messageId = new(128);
    private long _lineLength;
    private bool _inMessageId;
    private bool _ended;

    /// <summary>Bytes of the header section with its empty line; all bytes seen while there was none.</summary>
    public long HeaderBytes { get; private set; }

    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!_ended && !piece.IsEmpty)
        {
            int end = piece.IndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> part = end == 0 ? piece : piece[..end];
            HeaderBytes += part.Length;
            _lineLength += part.Length;
            _line.Write(part[..Math.Min(part.Length, LineLimit - _line.WrittenCount)]);
            piece = piece[part.Length..];
            if (end != 0)
                EndLine();
        }
    }

    /// <summary>64 bits of the Message-ID's hash, null when the message has none.</summary>
    public long? HashMessageId()
    {
        ReadOnlySpan<byte> field = _messageId.WrittenSpan;
        int open = field.IndexOf((byte)'<');
        int length = open < 0 ? -1 : field[open..].IndexOf((byte)'>');
        return length < 2 ? null : BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(field.Slice(open + 1, length - 1)));
    }

    private void EndLine()
    {
        ReadOnlySpan<byte> line = _line.WrittenSpan;
        _ended = _lineLength <= 2 && (line[0] is (byte)'\n' || (line[0] is (byte)'\r' && line.Length == 2));

        // A line that starts with white space continues the field before it (RFC 5322 §2.2.3). The first Message-ID counts.
        _inMessageId = line[0] is (byte)' ' or (byte)'\t' ? _inMessageId : _messageId.WrittenCount == 0 && IsMessageId(line);
        if (_inMessageId && _messageId.WrittenCount < LineLimit)
            _messageId.Write(line.TrimEnd("\r\n"u8));
        _line.ResetWrittenCount();
        _lineLength = 0;
    }

    private static bool IsMessageId(ReadOnlySpan<byte> line) => line.Length >= FieldName.Length && Ascii.EqualsIgnoreCase(line[..FieldName.Length], FieldName);
}
