using System.Net;
using System.Text;

namespace Mailfleet.Message;

/// <summary>The trace field that a server puts before a message it takes (RFC 5321 §4.4).</summary>
public sealed record ReceivedField
{
    /// <summary>Argument of HELO or EHLO, as the client said it: never trusted.</summary>
    public required string? Helo { get; init; }

    public required IPAddress Remote { get; init; }

    /// <summary>Our own name.</summary>
    public required string By { get; init; }

    /// <summary>Names the session or message in our logs.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public bool IsEsmtp { get; init; }

    public bool IsAuthenticated { get; init; }

    /// <summary>For example <c>TLS1.3</c>; null without TLS.</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>The transaction used SMTPUTF8 (RFC 6531 §4.3).</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>The recipient, when there is one only: several would tell blind copies to each other (RFC 5321 §7.2).</summary>
    public MailAddress? For { get; init; }

    /// <summary>The protocol in the names of RFC 3848 and RFC 6531 §4.3.</summary>
    public string With
    {
        get
        {
            if (!IsEsmtp)
                return "SMTP";
            return $"{(IsUtf8 ? "UTF8SMTP" : "ESMTP")}{(TlsProtocol is null ? "" : "S")}{(IsAuthenticated ? "A" : "")}";
        }
    }

    /// <summary>The whole field with its line end.</summary>
    public byte[] Format()
    {
        StringBuilder text = new("Received: from ");
        text.Append(SafeName(Helo)).Append(" (").Append(MailDomain.Literal(Remote)).Append(")\r\n\tby ").Append(SafeName(By));
        text.Append(" with ").Append(With);
        if (TlsProtocol is not null)
            text.Append(" (").Append(SafeName(TlsProtocol)).Append(')');
        text.Append("\r\n\tid ").Append(SafeName(Id));
        if (For is not null && (IsUtf8 || !For.IsInternationalized))
            text.Append("\r\n\tfor <").Append(For).Append('>');
        text.Append(";\r\n\t").Append(MailDate.Format(At)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // What a client calls itself stays a name, whatever it tried to be: no space, bracket or line end gets into the field.
    private static string SafeName(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return "unknown";
        return string.Create(Math.Min(name.Length, MailDomain.MaxOctets), name, static (safe, name) =>
        {
            for (int i = 0; i < safe.Length; i++)
                safe[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] is '.' or '-' or '_' or ':' or '[' or ']' ? name[i] : '?';
        });
    }
}
