using Mailfleet.Wire;

namespace Mailfleet.Pop3;

/// <summary>Settings of the POP3 server; an immutable snapshot, swapped whole. Each default has its reason beside it.</summary>
public sealed record Pop3Options
{
    /// <summary>The name this host greets with.</summary>
    public required string HostName { get; init; }

    public WireOptions Wire { get; init; } = new();

    /// <summary>255 octets (RFC 2449 §4); four times that lets a long password of a user with UTF-8 pass.</summary>
    public int MaxCommandOctets { get; init; } = 1_024;

    /// <summary>RFC 4954 §4, which RFC 5034 follows: lines of an AUTH exchange.</summary>
    public int MaxAuthLineOctets { get; init; } = 12_288;

    /// <summary>RFC 1939 §3: the autologout timer is at least ten minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Before log-in there is nothing to wait for: a client sends USER at once, a person with telnet within a minute.</summary>
    public TimeSpan LogInTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Errors and commands that do nothing, since the last message that was read. A person at a keyboard makes fewer.</summary>
    public int MaxJunkCommands { get; init; } = 50;

    /// <summary>A client with a wrong password tries it two or three times; guessing takes more.</summary>
    public int MaxFailedLogIns { get; init; } = 3;
}
