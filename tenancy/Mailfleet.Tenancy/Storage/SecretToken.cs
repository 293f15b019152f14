using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.Tenancy.Storage;

/// <summary>256 random bits that open something. Only the hash is stored; with that much randomness one plain SHA-256 is as good as a slow one.</summary>
internal static class SecretToken
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
