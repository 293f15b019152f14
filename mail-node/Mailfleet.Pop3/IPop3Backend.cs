using System.Net;

namespace Mailfleet.Pop3;

/// <summary>What a POP3 session needs from the node.</summary>
public interface IPop3Backend
{
    /// <summary>Checks the password and opens a snapshot of the inbox.</summary>
    ValueTask<Pop3LogIn> LogInAsync(Pop3Client client, string user, string password, CancellationToken cancellationToken);
}

/// <summary>The peer of a session, for policy and logs.</summary>
public sealed record Pop3Client(string SessionId, IPEndPoint Remote, bool IsTls, bool IsTrusted);

/// <summary>What came of a log-in.</summary>
public abstract record Pop3LogIn
{
    private Pop3LogIn() { }

    public sealed record Accepted(IPop3Maildrop Maildrop) : Pop3LogIn;

    /// <summary>-ERR [AUTH] (RFC 3206), with the reason when the user should know it (access blocked); null tells nothing.</summary>
    public sealed record Rejected(string? Reason = null) : Pop3LogIn;

    /// <summary>-ERR [SYS/TEMP] (RFC 3206).</summary>
    public sealed record Unavailable : Pop3LogIn;
}

/// <summary>A snapshot of the inbox, in UID order. Takes no lock (a stated deviation from RFC 1939 §4).</summary>
public interface IPop3Maildrop : IAsyncDisposable
{
    /// <summary>Messages by index (message number − 1); may hold 100,000 of them, so it is a compact list.</summary>
    IReadOnlyList<Pop3Message> Messages { get; }

    /// <summary>Opens one message; null when it is gone since the snapshot was taken.</summary>
    ValueTask<IPop3Content?> OpenAsync(int index, CancellationToken cancellationToken);

    /// <summary>Deletes for good, all or none; deleting what is already gone succeeds. Throws when nothing was deleted.</summary>
    ValueTask DeleteAsync(IReadOnlyCollection<int> indexes, CancellationToken cancellationToken);
}

/// <param name="UidValidity">With <paramref name="Uid"/> the unique-id of RFC 1939 §7, stable for ever.</param>
/// <param name="SizeBytes">Exact octets that RETR sends, before dot-stuffing.</param>
public readonly record struct Pop3Message(uint UidValidity, uint Uid, long SizeBytes);

/// <summary>The bytes of one message. Read in order, in pieces; lines end in CRLF.</summary>
public interface IPop3Content : IAsyncDisposable
{
    /// <summary>Fills the buffer from where the last read ended; 0 at the end. Throws <see cref="IOException"/> when the bytes are damaged, never returns wrong ones.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
