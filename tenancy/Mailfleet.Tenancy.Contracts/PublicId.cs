using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>The text form all public ids share: a prefix, then a UUIDv7 (RFC 9562 §5.7) in 26 characters of Crockford's base32, lower case. Ordinal order is order of creation.</summary>
internal static class PublicId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Digits = 26;
    private static readonly SearchValues<char> AlphabetChars = SearchValues.Create(Alphabet);

    public static string Create(string prefix, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return string.Create(prefix.Length + Digits, (prefix, value), static (text, state) =>
        {
            state.prefix.CopyTo(text);
            UInt128 rest = state.value;
            for (int i = text.Length - 1; i >= state.prefix.Length; i--, rest >>= 5)
                text[i] = Alphabet[(int)(rest & 31)];
        });
    }

    /// <summary>Accepts the canonical form alone, so that one object has one id.</summary>
    public static bool IsValid(string prefix, [NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length != prefix.Length + Digits || !text.StartsWith(prefix, StringComparison.Ordinal))
            return false;

        ReadOnlySpan<char> digits = text.AsSpan(prefix.Length);
        return digits[0] <= '7' && !digits.ContainsAnyExcept(AlphabetChars) && digits.ContainsAnyExcept('0'); // 128 bits leave 3 for the first digit
    }
}
