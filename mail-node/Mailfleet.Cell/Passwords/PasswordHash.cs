using System.Security.Cryptography;
using Konscious.Security.Cryptography;

namespace Mailfleet.Cell.Passwords;

/// <summary>Argon2id (RFC 9106) as PHC strings: <c>$argon2id$v=19$m=…,t=…,p=…$salt$hash</c>.</summary>
public static class PasswordHash
{
    // OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. RFC 9106 §3.1: 16 bytes of salt, 32 of tag are enough for all uses.
    private const int MemoryKib = 19 * 1024;
    private const int Passes = 2;
    private const int Lanes = 1;
    private const int SaltBytes = 16;
    private const int TagBytes = 32;

    /// <summary>Hashes with today's cost and a random salt.</summary>
    /// <exception cref="ArgumentException">The password is not one that <see cref="PasswordText.IsAcceptable"/>.</exception>
    public static string Create(string password)
    {
        byte[] text = PasswordText.Encode(password)
            ?? throw new ArgumentException($"A password is 1 to {PasswordText.MaxBytes} bytes of well-formed text.", nameof(password));
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        Argon2Hash cost = new(MemoryKib, Passes, Lanes, salt, new byte[TagBytes]);
        return (cost with { Tag = Compute(text, cost) }).ToString();
    }

    /// <summary>A hash of today's cost that no password matches; checking against it takes as long as against a real one.</summary>
    public static string CreateUnmatchable() =>
        new Argon2Hash(MemoryKib, Passes, Lanes, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(TagBytes)).ToString();

    /// <summary>Whether a hash made elsewhere is well-formed and cheap enough to be checked here.</summary>
    public static bool IsAcceptable(string hash) => Argon2Hash.TryParse(hash) is not null;

    /// <summary>True when the password matches; the cost is read from the hash. Takes the same time for a wrong password.</summary>
    public static bool Verify(string password, string hash)
    {
        if (Argon2Hash.TryParse(hash) is not { } stored || PasswordText.Encode(password) is not { } text)
            return false;
        return CryptographicOperations.FixedTimeEquals(Compute(text, stored), stored.Tag);
    }

    private static byte[] Compute(byte[] text, Argon2Hash cost)
    {
        using Argon2id argon = new(text)
        {
            Salt = cost.Salt,
            MemorySize = cost.MemoryKib,
            Iterations = cost.Passes,
            DegreeOfParallelism = cost.Lanes,
        };
        byte[] tag = argon.GetBytes(cost.Tag.Length);
        CryptographicOperations.ZeroMemory(text);
        return tag;
    }
}
