using Mailfleet.Cell.Passwords;

namespace Mailfleet.Tenancy.People;

/// <summary>
/// Checks passwords, a few at a time: each check costs 19 MiB and tens of milliseconds of a core on purpose, and strangers decide how many they ask for.
/// </summary>
internal sealed class PasswordChecks : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount - 1)); // one core stays for everything else
    private readonly string _unmatchable = PasswordHash.CreateUnmatchable();

    /// <param name="hash">Null for somebody unknown or without a password: the check takes as long and fails.</param>
    public async Task<bool> IsRightAsync(string password, string? hash, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return PasswordHash.Verify(password, hash ?? _unmatchable) && hash is not null;
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
