using Mailfleet.Wire;

namespace Mailfleet.Smtp;

/// <summary>Settings of the SMTP server; an immutable snapshot, swapped whole. Each default has its reason beside it.</summary>
public sealed record SmtpOptions
{
    /// <summary>The name this host greets with (RFC 5321 §4.1.1.1).</summary>
    public required string HostName { get; init; }

    public WireOptions Wire { get; init; } = new();

    /// <summary>What large providers take today; base64 makes it a file of some 36 MB.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>RFC 5321 §4.5.3.1.8 wants at least 100; ten times that keeps lists quick and bombs small.</summary>
    public int MaxRecipients { get; init; } = 1_000;

    /// <summary>512 octets (RFC 5321 §4.5.3.1.4) and what SIZE, AUTH, SMTPUTF8 and DSN add to it.</summary>
    public int MaxCommandOctets { get; init; } = 2_048;

    /// <summary>RFC 4954 §4: lines of an AUTH exchange.</summary>
    public int MaxAuthLineOctets { get; init; } = 12_288;

    /// <summary>RFC 5321 §4.5.3.2.7: five minutes for the next command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Errors and commands that do nothing, since the last accepted message. A person at a keyboard makes fewer.</summary>
    public int MaxJunkCommands { get; init; } = 20;

    /// <summary>A client with a wrong password tries it two or three times; guessing takes more.</summary>
    public int MaxFailedLogIns { get; init; } = 3;

    /// <summary>How long the greeting of a stranger's first connection is held back at the MX, to see who does not wait for it. Off when zero.</summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary>Unknown recipients of a session that are answered at once; a list that has aged has some.</summary>
    public int FreeUnknownRecipients { get; init; } = 5;

    /// <summary>Unknown recipients that end a session: guessing addresses needs thousands.</summary>
    public int MaxUnknownRecipients { get; init; } = 30;
}
