using System.Buffers;
using System.Text;

namespace Mailfleet.Pop3;

/// <summary>A one-line reply (RFC 1939 §3) with an optional response code (RFC 2449 §8).</summary>
internal sealed record Pop3Reply(bool IsPositive, string Text)
{
    // RFC 2449 §4: 512 octets with CRLF.
    private const int MaxTextOctets = 480;

    public static Pop3Reply Ok { get; } = new(true, "");
    public static Pop3Reply UnknownCommand { get; } = Error("Unknown command");
    public static Pop3Reply WrongState { get; } = Error("Not now");
    public static Pop3Reply BadArguments { get; } = Error("Syntax error in arguments");
    public static Pop3Reply BadLineEnd { get; } = Error("Lines end in CRLF only");
    public static Pop3Reply LineTooLong { get; } = Error("Line too long");
    public static Pop3Reply NoSuchMessage { get; } = Error("No such message");
    public static Pop3Reply LocalError { get; } = Error("[SYS/TEMP] Local error, try again later");
    public static Pop3Reply TooManyConnections { get; } = Error("[SYS/TEMP] Too many connections, try again later");
    public static Pop3Reply Banned { get; } = Error("[SYS/TEMP] Connections from your address are refused for a while");
    public static Pop3Reply TooManyErrors { get; } = Error("[SYS/TEMP] Too many errors, closing");
    public static Pop3Reply TimedOut { get; } = Error("[SYS/TEMP] Timed out, closing");
    public static Pop3Reply ShuttingDown { get; } = Error("[SYS/TEMP] Service is shutting down, try again later");
    public static Pop3Reply LogInEnded { get; } = Error("[AUTH] The account has changed and this log-in has ended, closing"); // RFC 3206 §4: a matter of credentials
    public static Pop3Reply EncryptFirst { get; } = Error("[AUTH] Encryption required, use STLS");
    public static Pop3Reply LogInUnavailable { get; } = Error("[SYS/TEMP] Temporary authentication failure, try again later");

    public static Pop3Reply Error(string text) => new(false, text);

    /// <summary>Writes the line; what is not printable ASCII leaves as '?'.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ReadOnlySpan<char> text = Text.AsSpan(0, Math.Min(Text.Length, MaxTextOctets));
        Span<byte> line = output.GetSpan(text.Length + 8);
        int length = Encoding.ASCII.GetBytes(IsPositive ? "+OK" : "-ERR", line);
        if (text.Length > 0)
            line[length++] = (byte)' ';
        foreach (char c in text)
            line[length++] = c is >= ' ' and <= '~' ? (byte)c : (byte)'?';
        line[length++] = (byte)'\r';
        line[length++] = (byte)'\n';
        output.Advance(length);
    }
}
