using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Mailfleet.Node.Options;

/// <summary>Limits on what clients may do; each default says why.</summary>
public sealed record LimitOptions
{
    /// <summary>50 MB: above what the large providers accept (25–50 MB), so a message they sent is not refused for size.</summary>
    [Range(1024, long.MaxValue)]
    public long MessageBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>Ten times the 100 that RFC 5321 §4.5.3.1.8 asks for.</summary>
    [Range(100, 10_000)]
    public int RecipientsPerMessage { get; init; } = 1000;

    /// <summary>Received fields that mean a loop (RFC 5321 §6.3 asks for at least 100 or a good reason; ours is fan-out by forwards).</summary>
    [Range(10, 100)]
    public int Hops { get; init; } = 50;

    /// <summary>256 KB of header: far above any real one (ARC, DKIM and Received of long routes stay below 64 KB).</summary>
    [Range(16 * 1024, 16 * 1024 * 1024)]
    public int HeaderBytes { get; init; } = 256 * 1024;

    /// <summary>Below the 20,000 open files a process may have, with room for segments and the database.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 15_000;

    /// <summary>A busy office behind one address stays below it; a robot does not.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerAddress { get; init; } = 50;

    /// <summary>Time for the next SMTP command, however it dribbles in: five minutes (RFC 5321 §4.5.3.2.7).</summary>
    [Range(10, 3600)]
    public int SmtpCommandSeconds { get; init; } = 300;

    /// <summary>Octets of an SMTP command line: 512 (RFC 5321 §4.5.3.1.4) and what SIZE, SMTPUTF8 and DSN add to it.</summary>
    [Range(512, 65_536)]
    public int SmtpCommandOctets { get; init; } = 2_048;

    /// <summary>SMTP errors and commands that do nothing, since the last accepted message; one more closes. A person at a keyboard makes fewer.</summary>
    [Range(1, 10_000)]
    public int SmtpJunkCommands { get; init; } = 20;

    /// <summary>Idle time of a POP3 session that has logged in: the autologout timer is at least ten minutes (RFC 1939 §3).</summary>
    [Range(600, 86_400)]
    public int Pop3IdleSeconds { get; init; } = 600;

    /// <summary>Time for each POP3 command before log-in: a client sends USER at once, a person with telnet within a minute.</summary>
    [Range(10, 3600)]
    public int Pop3LogInSeconds { get; init; } = 120;

    /// <summary>Octets of a POP3 command line: 255 (RFC 2449 §4); four times that lets a long password in UTF-8 pass.</summary>
    [Range(255, 65_536)]
    public int Pop3CommandOctets { get; init; } = 1_024;

    /// <summary>POP3 errors and commands that do nothing, since the last message that was read; one more closes.</summary>
    [Range(1, 10_000)]
    public int Pop3JunkCommands { get; init; } = 50;

    /// <summary>Octets of a line in an AUTH exchange (RFC 4954 §4).</summary>
    [Range(1_024, 65_536)]
    public int AuthLineOctets { get; init; } = 12_288;

    /// <summary>Failed log-ins of a connection before it is closed: a client with a wrong password tries it two or three times, guessing takes more.</summary>
    [Range(1, 100)]
    public int FailedLogIns { get; init; } = 3;

    /// <summary>Time of a TLS handshake: two round trips; slow lines need seconds.</summary>
    [Range(5, 300)]
    public int HandshakeSeconds { get; init; } = 30;

    /// <summary>Longest wait for the next piece of a message: three minutes (RFC 5321 §4.5.3.2.5).</summary>
    [Range(10, 3600)]
    public int BlockSeconds { get; init; } = 180;

    /// <summary>Rate at which messages must come and replies must be taken, on average. A 2 KB/s line is eight times as fast.</summary>
    [Range(1, 1_000_000)]
    public int BytesPerSecond { get; init; } = 256;

    /// <summary>Time added to what the rate allows, so that a lost packet at the start costs nobody a connection.</summary>
    [Range(1, 600)]
    public int RateGraceSeconds { get; init; } = 30;

    [ValidateObjectMembers]
    public LogInOptions LogIns { get; init; } = new();

    [ValidateObjectMembers]
    public DefenceOptions Defence { get; init; } = new();

    [ValidateObjectMembers]
    public SendingOptions Sending { get; init; } = new();
}
