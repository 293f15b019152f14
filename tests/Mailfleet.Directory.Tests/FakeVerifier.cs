namespace Mailfleet.Directory.Tests;

/// <summary>Counts password checks. A password matches the hash that stands for it here.</summary>
internal sealed class FakeVerifier
{
    private readonly Dictionary<string, string> _passwords = [];
    private int _checks;

    public int Checks => _checks;

    /// <summary>A well-formed hash that this verifier takes for the password.</summary>
    public string HashOf(string password)
    {
        string hash = Cell.Passwords.PasswordHash.CreateUnmatchable();
        _passwords.Add(hash, password);
        return hash;
    }

    public bool Verify(string password, string hash)
    {
        Interlocked.Increment(ref _checks);
        return _passwords.TryGetValue(hash, out string? right) && right == password;
    }
}
