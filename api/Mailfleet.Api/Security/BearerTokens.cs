using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.Security;

/// <summary>Who stands behind an Authorization header: the operator's own token from the settings, or one that was made through the API.</summary>
internal sealed class BearerTokens
{
    public const string Scheme = "Bearer";

    private const int MaxTokenLength = 512; // 256 random bits take 43 characters; a bound for what is hashed

    private readonly byte[] _operatorHash;
    private readonly FleetTokens _tokens;
    private readonly TimeProvider _clock;

    public BearerTokens(ApiOptions options, FleetTokens tokens, TimeProvider clock)
    {
        _operatorHash = Convert.FromHexString(options.OperatorTokenSha256);
        if (_operatorHash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException("OperatorTokenSha256 has to be the SHA-256 of the token in hex.", nameof(options));
        (_tokens, _clock) = (tokens, clock);
    }

    /// <summary>Null for a token that is nobody's. RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).</summary>
    public async Task<Actor?> FindAsync(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase))
            return null;

        string token = authorization[(Scheme.Length + 1)..].Trim();
        if (token.Length is 0 or > MaxTokenLength)
            return null;

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        return CryptographicOperations.FixedTimeEquals(hash, _operatorHash)
            ? Actor.Operator(Actor.OperatorToken)
            : await _tokens.FindAsync(token, context.Connection.RemoteIpAddress, _clock.GetUtcNow(), context.RequestAborted);
    }
}
