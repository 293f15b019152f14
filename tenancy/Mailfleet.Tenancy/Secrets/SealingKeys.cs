using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Mailfleet.Files;

namespace Mailfleet.Tenancy.Secrets;

/// <summary>
/// AES-256-GCM under versioned keys. A key is a file <c>sealing-N.key</c> of 32 bytes in the key directory; the highest N seals, every N opens, so keys
/// are changed by adding a file. Sealed form: key number (4 bytes, big endian), nonce (12), tag (16), ciphertext.
/// </summary>
public sealed class SealingKeys
{
    private const int KeyBytes = 32;
    private const int NumberBytes = 4;
    private const int NonceBytes = 12; // NIST SP 800-38D §8.2.2: random nonces of 96 bits are good for 2^32 messages a key
    private const int TagBytes = 16;
    private const int OverheadBytes = NumberBytes + NonceBytes + TagBytes;

    private readonly SortedDictionary<int, byte[]> _keys;

    private SealingKeys(SortedDictionary<int, byte[]> keys) => _keys = keys;

    /// <summary>Reads the directory's keys and makes the first one where there is none.</summary>
    public static SealingKeys Load(string directory)
    {
        if (!Directory.Exists(directory))
            CreatePrivate(directory);

        var keys = new SortedDictionary<int, byte[]>();
        foreach (string file in Directory.EnumerateFiles(directory, "sealing-*.key"))
            keys.Add(NumberOf(file), ReadKey(file));
        if (keys.Count == 0)
            keys.Add(1, WriteFirstKey(directory));
        return new SealingKeys(keys);
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associatedData)
    {
        (int number, byte[] key) = _keys.Last();
        byte[] result = new byte[OverheadBytes + plain.Length];
        BinaryPrimitives.WriteInt32BigEndian(result, number);
        Span<byte> nonce = result.AsSpan(NumberBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(OverheadBytes), result.AsSpan(NumberBytes + NonceBytes, TagBytes), associatedData);
        return result;
    }

    /// <exception cref="CryptographicException">Unknown key, changed bytes, or other associated data.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData)
    {
        if (sealedBytes.Length < OverheadBytes)
            throw new CryptographicException("Too short to be sealed.");

        int number = BinaryPrimitives.ReadInt32BigEndian(sealedBytes);
        if (!_keys.TryGetValue(number, out byte[]? key))
            throw new CryptographicException($"Sealed with key {number}, which is not in the key directory.");

        byte[] plain = new byte[sealedBytes.Length - OverheadBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            sealedBytes.Slice(NumberBytes, NonceBytes), sealedBytes[OverheadBytes..], sealedBytes.Slice(NumberBytes + NonceBytes, TagBytes), plain,
            associatedData);
        return plain;
    }

    private static int NumberOf(string file)
    {
        string text = Path.GetFileNameWithoutExtension(file)["sealing-".Length..];
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new InvalidDataException($"'{file}' has no key number.");
    }

    private static byte[] ReadKey(string file)
    {
        byte[] key = File.ReadAllBytes(file);
        return key.Length == KeyBytes ? key : throw new InvalidDataException($"'{file}' has to hold {KeyBytes} bytes.");
    }

    // Two hosts that start at once both read the one that came first.
    private static byte[] WriteFirstKey(string directory)
    {
        string file = Path.Combine(directory, "sealing-1.key");
        OwnerOnlyFile.TryCreate(file, RandomNumberGenerator.GetBytes(KeyBytes));
        return ReadKey(file);
    }

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
