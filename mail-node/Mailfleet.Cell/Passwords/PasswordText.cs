using System.Globalization;
using System.Text;

namespace Mailfleet.Cell.Passwords;

/// <summary>The bytes of a password, the same whichever keyboard typed it (RFC 8265 §4.2, OpaqueString).</summary>
public static class PasswordText
{
    /// <summary>Long enough for any passphrase; a bound, because whoever knocks chooses the length.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Whether the password can be set: 1 to <see cref="MaxBytes"/> bytes of UTF-8, well-formed, no NUL (SASL PLAIN, RFC 4616 §2, cannot carry it).</summary>
    public static bool IsAcceptable(string password) => Encode(password) is not null;

    internal static byte[]? Encode(string password)
    {
        if (password.Length is 0 or > MaxBytes || password.Contains('\0') || !IsWellFormed(password))
            return null;

        // §4.2.2: any space becomes SPACE, then NFC. Case and width stay as typed.
        string normal = string.Create(password.Length, password, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = char.GetUnicodeCategory(source[i]) == UnicodeCategory.SpaceSeparator ? ' ' : source[i];
        }).Normalize(NormalizationForm.FormC);

        byte[] bytes = Encoding.UTF8.GetBytes(normal);
        return bytes.Length <= MaxBytes ? bytes : null;
    }

    // A lone surrogate has no UTF-8 form.
    private static bool IsWellFormed(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];
        }

        return true;
    }
}
