using System.Buffers.Text;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mailfleet.Cell.Passwords;

/// <summary>A parsed PHC string of Argon2id version 19. One that exists is within the bounds below.</summary>
internal sealed partial record Argon2Hash(int MemoryKib, int Passes, int Lanes, byte[] Salt, byte[] Tag)
{
    // A hash may come from another system; its cost is paid at every log-in, so a stranger must not choose it freely.
    private const int MaxMemoryKib = 64 * 1024;
    private const int MaxPasses = 10;
    private const int MaxLanes = 4;
    private const int MaxWork = 4 * MaxMemoryKib; // memory × passes: about seven times today's cost
    private const int MinBytes = 8;
    private const int MaxBytes = 64;
    private const int MaxLength = 256;

    public static Argon2Hash? TryParse(string text)
    {
        if (text.Length > MaxLength || Form().Match(text) is not { Success: true } match)
            return null;

        int memory = Number(match.Groups["m"]);
        int passes = Number(match.Groups["t"]);
        int lanes = Number(match.Groups["p"]);
        // RFC 9106 §3.1: at least 8 KiB of memory a lane.
        if (lanes is < 1 or > MaxLanes || passes is < 1 or > MaxPasses || memory < 8 * lanes || memory > MaxMemoryKib || (long)memory * passes > MaxWork)
            return null;

        return Decode(match.Groups["salt"].Value) is { } salt && Decode(match.Groups["tag"].Value) is { } tag
            ? new Argon2Hash(memory, passes, lanes, salt, tag)
            : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKib},t={Passes},p={Lanes}${Encode(Salt)}${Encode(Tag)}");

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // PHC strings use base64 without padding.
    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        string padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        if (!Base64.IsValid(padded, out int length) || length is < MinBytes or > MaxBytes)
            return null;
        return Convert.FromBase64String(padded);
    }

    [GeneratedRegex(@"\A\$argon2id\$v=19\$m=(?<m>[1-9][0-9]{0,8}),t=(?<t>[1-9][0-9]{0,8}),p=(?<p>[1-9][0-9]{0,8})\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
