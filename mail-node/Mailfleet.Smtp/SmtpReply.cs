using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Mailfleet.Smtp;

/// <summary>One reply (RFC 5321 §4.2) with its enhanced status (RFC 2034). Lines of the text are split at '\n'; what is not printable ASCII leaves as '?'.</summary>
public sealed record SmtpReply(int Code, string? Status, string Text)
{
    // RFC 5321 §4.5.3.1.5: 512 octets with code, status and CRLF.
    private const int MaxTextOctets = 480;

    public static SmtpReply Ok { get; } = new(250, "2.0.0", "OK");
    public static SmtpReply SenderOk { get; } = new(250, "2.1.0", "Sender OK");
    public static SmtpReply RecipientOk { get; } = new(250, "2.1.5", "Recipient OK");
    public static SmtpReply StartMailInput { get; } = new(354, null, "Start mail input; end with <CRLF>.<CRLF>");
    public static SmtpReply TooManyConnections { get; } = new(421, "4.7.0", "Too many connections, try again later");
    public static SmtpReply Banned { get; } = new(421, "4.7.0", "Connections from your address are refused for a while");
    public static SmtpReply TooManyUnknownRecipients { get; } = new(421, "4.7.0", "Too many unknown recipients, closing");
    public static SmtpReply TooManyErrors { get; } = new(421, "4.7.0", "Too many errors, closing");
    public static SmtpReply TooManyFailedLogIns { get; } = new(421, "4.7.0", "Too many failed log-ins, closing");
    public static SmtpReply TimedOut { get; } = new(421, "4.4.2", "Timed out, closing");
    public static SmtpReply ShuttingDown { get; } = new(421, "4.3.2", "Service is shutting down, try again later");
    public static SmtpReply LogInEnded { get; } = new(421, "4.7.0", "The account has changed and this log-in has ended, closing");
    public static SmtpReply LocalError { get; } = new(451, "4.3.0", "Local error, try again later");
    public static SmtpReply TooManyRecipients { get; } = new(452, "4.5.3", "Too many recipients, send the rest in another transaction");
    public static SmtpReply UnknownCommand { get; } = new(500, "5.5.2", "Command not recognized");
    public static SmtpReply BadLineEnd { get; } = new(500, "5.5.2", "Lines end in CRLF only");
    public static SmtpReply LineTooLong { get; } = new(500, "5.5.2", "Line too long");
    public static SmtpReply BadArguments { get; } = new(501, "5.5.4", "Syntax error in arguments");
    public static SmtpReply BadSender { get; } = new(501, "5.1.7", "Bad sender address syntax");
    public static SmtpReply BadRecipient { get; } = new(501, "5.1.3", "Bad recipient address syntax");
    public static SmtpReply OutOfOrder { get; } = new(503, "5.5.1", "Bad sequence of commands");
    public static SmtpReply LogInFirst { get; } = new(530, "5.7.0", "Authentication required");
    public static SmtpReply EncryptFirst { get; } = new(538, "5.7.11", "Encryption required, use STARTTLS");
    public static SmtpReply BadContentLineEnd { get; } = new(550, "5.6.0", "Message has a bare CR or LF; lines end in CRLF only");
    public static SmtpReply TooLarge { get; } = new(552, "5.3.4", "Message too large");
    public static SmtpReply NeedsSmtpUtf8 { get; } = new(553, "5.6.7", "Non-ASCII address needs SMTPUTF8");
    public static SmtpReply UnknownParameter { get; } = new(555, "5.5.4", "Parameter not recognized or not implemented");

    /// <summary>The command was done; the message is safe where it says so.</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    /// <summary>Writes the reply with its line ends.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ReadOnlySpan<char> rest = Text;
        while (true)
        {
            int end = rest.IndexOf('\n');
            int length = Math.Min(end < 0 ? rest.Length : end, MaxTextOctets);
            int next = end == length ? length + 1 : length;
            bool isLast = next >= rest.Length;
            WriteLine(output, rest[..length], isLast);
            if (isLast)
                return;
            rest = rest[next..];
        }
    }

    private void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<char> text, bool isLast)
    {
        Span<byte> line = output.GetSpan(text.Length + 32);
        Utf8Formatter.TryFormat(Code, line, out int length);
        line[length++] = isLast ? (byte)' ' : (byte)'-';
        if (Status is not null)
        {
            length += Encoding.ASCII.GetBytes(Status, line[length..]);
            line[length++] = (byte)' ';
        }
        foreach (char c in text)
            line[length++] = c is >= ' ' and <= '~' ? (byte)c : (byte)'?';
        line[length++] = (byte)'\r';
        line[length++] = (byte)'\n';
        output.Advance(length);
    }
}
