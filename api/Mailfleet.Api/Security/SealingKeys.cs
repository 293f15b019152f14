using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Mailfleet.Api.Security;

/// <summary>
/// Seals small secrets that the control database keeps: AES-256-GCM with a versioned key from a directory only the service user can read.
/// A key is one file of 32 bytes, <c>sealing-VERSION.key</c>; the highest version seals, every version opens.
/// Sealed form: version (4 bytes, big-endian), nonce (12), tag (16), ciphertext.
/// </summary>
internal sealed class SealingKeys
{
    private const int KeyBytes = 32;
    private const int VersionBytes = 4;
    private const int NonceBytes = 12; // the only size AES-GCM takes in .NET, and the one NIST SP 800-38D §5.2.1.1 recommends
    private const int TagBytes = 16;
    private const int OverheadBytes = VersionBytes + NonceBytes + TagBytes;

    private readonly SortedDictionary<int, byte[]> _keys;

    private SealingKeys(SortedDictionary<int, byte[]> keys) => _keys = keys;

    /// <summary>Reads the directory's keys; makes the first one where there is none.</summary>
    public static SealingKeys Load(string directory)
    {
        SortedDictionary<int, byte[]> keys = Read(directory);
        if (keys.Count == 0)
        {
            CreateFirst(directory);
            keys = Read(directory); // what another host may have made in the same moment
        }

        return new SealingKeys(keys);
    }

    /// <param name="associatedData">Where the secret stands; sealed bytes moved elsewhere do not open.</param>
    public byte[] Seal(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> associatedData)
    {
        (int version, byte[] key) = _keys.Last();
        byte[] box = new byte[OverheadBytes + secret.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, version);
        Span<byte> nonce = box.AsSpan(VersionBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(key, TagBytes);
        aes.Encrypt(nonce, secret, box.AsSpan(OverheadBytes), box.AsSpan(VersionBytes + NonceBytes, TagBytes), associatedData);
        return box;
    }

    /// <exception cref="CryptographicException">Not sealed here, for this place, or with a key that is gone.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associatedData)
    {
        if (box.Length < OverheadBytes)
            throw new CryptographicException("The sealed secret is too short.");
        int version = BinaryPrimitives.ReadInt32BigEndian(box);
        if (!_keys.TryGetValue(version, out byte[]? key))
            throw new CryptographicException($"Sealing key {version} is not in the key directory.");

        byte[] secret = new byte[box.Length - OverheadBytes];
        using AesGcm aes = new(key, TagBytes);
        aes.Decrypt(box.Slice(VersionBytes, NonceBytes), box[OverheadBytes..], box.Slice(VersionBytes + NonceBytes, TagBytes), secret, associatedData);
        return secret;
    }

    private static SortedDictionary<int, byte[]> Read(string directory)
    {
        SortedDictionary<int, byte[]> keys = [];
        foreach (string file in Directory.EnumerateFiles(directory, "sealing-*.key"))
        {
            byte[] key = File.ReadAllBytes(file);
            string version = Path.GetFileNameWithoutExtension(file)["sealing-".Length..];
            if (key.Length != KeyBytes)
                throw new InvalidDataException($"{file} must hold {KeyBytes} bytes and holds {key.Length}.");
            keys.Add(int.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture), key);
        }

        return keys;
    }

    // Written whole under another name and then linked: a crash leaves no half key, and of two hosts the first one wins.
    private static void CreateFirst(string directory)
    {
        string draft = Path.Combine(directory, $"new-{Guid.NewGuid():N}");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(draft, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            file.Flush(flushToDisk: true);
        }

        string first = Path.Combine(directory, "sealing-1.key");
        try
        {
            File.Move(draft, first, overwrite: false);
        }
        catch (IOException) when (File.Exists(first))
        {
            File.Delete(draft);
        }
    }
}
