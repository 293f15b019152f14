using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mailfleet.Directory.Cache;

/// <summary>
/// Log-ins that Argon2id has accepted a short while ago. Holds no password: a MAC under a key that dies with the process, so nothing
/// that leaves memory can be tried against passwords.
/// </summary>
internal sealed class RecentLogIns(int capacity, TimeSpan lifetime, TimeProvider clock)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly DirectoryCache<Proof> _proofs = new(capacity);

    /// <summary>How long a log-in needs no check.</summary>
    public TimeSpan Lifetime { get; set; } = lifetime;

    public long Generation => _proofs.Generation;

    public CredentialRow? Find(AddressKey address, string password) =>
        _proofs.TryGet(address, out Proof? proof)
        && clock.GetElapsedTime(proof.Since) < Lifetime
        && CryptographicOperations.FixedTimeEquals(proof.Mac, Mac(proof.Held.Mailbox, password))
            ? proof.Held
            : null;

    /// <summary>Called after a success only: a wrong password never enters.</summary>
    public void Add(AddressKey address, CredentialRow held, string password, long asOf) =>
        _proofs.Add(address, held.Grounds, new Proof(held, Mac(held.Mailbox, password), clock.GetTimestamp()), asOf);

    /// <summary>Whether none of these has changed since that generation.</summary>
    public bool IsCurrent(IReadOnlyCollection<RowKey> grounds, long asOf) => _proofs.IsCurrent(grounds, asOf);

    public void Drop(IReadOnlyCollection<RowKey> changes) => _proofs.Drop(changes);

    public void Resize(int most) => _proofs.Resize(most);

    public void Clear() => _proofs.Clear();

    // The mailbox first, at a fixed length: no two pairs give the same input.
    private byte[] Mac(MailboxEntry mailbox, string password)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.AsBytes(password.AsSpan());
        byte[] input = new byte[sizeof(long) + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(input, mailbox.Key.Value);
        text.CopyTo(input.AsSpan(sizeof(long)));
        byte[] mac = HMACSHA256.HashData(_key, input);
        CryptographicOperations.ZeroMemory(input);
        return mac;
    }

    private sealed record Proof(CredentialRow Held, byte[] Mac, long Since);
}
