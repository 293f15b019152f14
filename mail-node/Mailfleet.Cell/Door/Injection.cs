namespace Mailfleet.Cell.Door;

/// <summary>A message that the control plane hands to the cell, from the null reverse path: nobody is told when it does not arrive.</summary>
/// <param name="Key">Names it for ever: a second injection with the key and a recipient does nothing.</param>
/// <param name="Recipients">A page of recipients: addresses in lower case, domains in A-labels. More pages may follow under the key within a day; the content is that of the first.</param>
/// <param name="Content">The whole message (RFC 5322), lines ended by CRLF alone.</param>
public sealed record Injection(string Key, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> Content)
{
    public const int MaxKeyLength = 200;

    public const int MaxRecipients = 1000;

    /// <summary>Larger ones belong in a list's own ways.</summary>
    public const int MaxContentBytes = 1 << 20;
}
