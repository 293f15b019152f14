using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy;

namespace Mailfleet.Api.Security;

/// <summary>Who stands behind an Authorization header. For now the operator's token is the only one there is.</summary>
internal sealed class BearerTokens
{
    public const string Scheme = "Bearer";
    public const string OperatorLogin = "operator token";

    private const int MaxTokenLength = 512; // 256 random bits take 43 characters; a bound for what is hashed

    private readonly byte[] _operatorHash;

    public BearerTokens(ApiOptions options)
    {
        _operatorHash = Convert.FromHexString(options.OperatorTokenSha256);
        if (_operatorHash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException("OperatorTokenSha256 has to be the SHA-256 of the token in hex.", nameof(options));
    }

    /// <summary>Null for a token that is nobody's. RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).</summary>
    public Actor? Authenticate(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase))
            return null;

        string token = authorization[(Scheme.Length + 1)..].Trim();
        if (token.Length is 0 or > MaxTokenLength)
            return null;

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        return CryptographicOperations.FixedTimeEquals(hash, _operatorHash) ? Actor.Operator(OperatorLogin) : null;
    }
}
