using System.Buffers;
using System.Buffers.Text;

namespace Mailfleet.Pop3;

internal sealed partial class Pop3Session
{
    // Room for two numbers, a space and CRLF.
    private const int MaxListingOctets = 48;

    // RFC 2449 §5; SASL and USER only where a log-in is taken, STLS only where it can be had.
    private Pop3Reply? Capa()
    {
        Pop3Reply.Ok.WriteTo(_wire.Output);
        WriteLines("TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUTF8 USER\r\nEXPIRE NEVER\r\nIMPLEMENTATION Mailfleet\r\n"u8);
        if (_maildrop is null && MayLogIn)
            WriteLines("USER\r\nSASL PLAIN\r\n"u8);
        if (_maildrop is null && _wire.CanStartTls)
            WriteLines("STLS\r\n"u8);
        WriteLines(".\r\n"u8);
        return null;
    }

    private Pop3Reply Stat() => new(true, $"{Maildrop.Count} {Maildrop.Bytes}");

    // RFC 1939 §5.
    private async ValueTask<Pop3Reply?> ListAsync(ReadOnlyMemory<byte> argument)
    {
        if (!argument.IsEmpty)
            return Find(argument.Span, out int index) ?? new Pop3Reply(true, $"{index + 1} {Maildrop.Messages[index].SizeBytes}");
        new Pop3Reply(true, $"{Maildrop.Count} messages ({Maildrop.Bytes} octets)").WriteTo(_wire.Output);
        return await WriteListingAsync(static (message, line) =>
        {
            Utf8Formatter.TryFormat(message.SizeBytes, line, out int length);
            return length;
        });
    }

    // RFC 1939 §7: the unique-id is UIDVALIDITY and UID in hexadecimal, which never change for a message.
    private async ValueTask<Pop3Reply?> UidlAsync(ReadOnlyMemory<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            return Find(argument.Span, out int index) is { } refusal
                ? refusal
                : new Pop3Reply(true, $"{index + 1} {Maildrop.Messages[index].UidValidity:x8}{Maildrop.Messages[index].Uid:x8}");
        }
        Pop3Reply.Ok.WriteTo(_wire.Output);
        return await WriteListingAsync(static (message, line) =>
        {
            StandardFormat hexadecimal = new('x', 8);
            Utf8Formatter.TryFormat(message.UidValidity, line, out int length, hexadecimal);
            Utf8Formatter.TryFormat(message.Uid, line[length..], out int more, hexadecimal);
            return length + more;
        });
    }

    private delegate int FormatMessage(Pop3Message message, Span<byte> line);

    // Straight into the output, a packet train at a time: 100,000 messages make no strings.
    private async ValueTask<Pop3Reply?> WriteListingAsync(FormatMessage format)
    {
        for (int i = 0; i < Maildrop.Messages.Count; i++)
        {
            if (Maildrop.IsDeleted(i))
                continue;
            WriteListingLine(i, format);
            if (!await _wire.FlushIfFullAsync())
                return EndWith(Pop3Reply.LocalError);
        }
        WriteLines(".\r\n"u8);
        return null;
    }

    private void WriteListingLine(int index, FormatMessage format)
    {
        Span<byte> line = _wire.Output.GetSpan(MaxListingOctets);
        Utf8Formatter.TryFormat(index + 1, line, out int length);
        line[length++] = (byte)' ';
        length += format(Maildrop.Messages[index], line[length..]);
        line[length++] = (byte)'\r';
        line[length++] = (byte)'\n';
        _wire.Output.Advance(length);
    }

    // A message number that is there and not marked as deleted, or the refusal.
    private Pop3Reply? Find(ReadOnlySpan<byte> argument, out int index)
    {
        index = -1;
        if (!TryReadNumber(argument, out int number))
            return Junk(Pop3Reply.BadArguments);
        index = number - 1;
        return number < 1 || number > Maildrop.Messages.Count || Maildrop.IsDeleted(index) ? Junk(Pop3Reply.NoSuchMessage) : null;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out int number)
    {
        text = text.Trim((byte)' ');
        number = 0;
        return text.Length > 0 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(text, out number, out int read) && read == text.Length;
    }

    private void WriteLines(ReadOnlySpan<byte> lines) => _wire.Output.Write(lines);
}
