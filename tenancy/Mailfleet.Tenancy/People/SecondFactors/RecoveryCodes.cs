using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>Codes to print and keep: each opens one log-in in place of the app's code. 80 random bits, so a plain hash keeps them.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Length = 16;
    private const string Alphabet = "abcdefghjkmnpqrstvwxyz0123456789"; // 32 of them, five bits each; no i, l, o, u

    public static IReadOnlyList<string> New() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(4).Select(part => new string(part))))];

    /// <summary>Null when the text cannot be a recovery code. Case, spaces and hyphens do not matter.</summary>
    public static byte[]? Hash(string text)
    {
        string plain = new([.. text.ToLowerInvariant().Where(c => c is not ('-' or ' '))]);
        return plain.Length == Length && plain.All(Alphabet.Contains) ? SHA256.HashData(Encoding.ASCII.GetBytes(plain)) : null;
    }
}
