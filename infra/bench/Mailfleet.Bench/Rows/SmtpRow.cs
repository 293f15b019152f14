namespace Mailfleet.Bench.Rows;

/// <summary>One row of mail coming in.</summary>
/// <param name="Kept">One connection for many messages, or one a message.</param>
internal sealed record SmtpRow(string Work, int Connections, int Messages, int SizeBytes, int Domains, int Mailboxes, Goal Goal)
{
    public int Recipients { get; init; } = 1;

    public bool Kept { get; init; } = true;

    public bool HasPeer => Goal.TimesPeer is not null;

    public bool HasCeiling { get; init; }
}
